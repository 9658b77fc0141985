#include "sound/audio/tags.h"

#include <memory>

#include <taglib/flacfile.h>
#include <taglib/mpegfile.h>
#include <taglib/opusfile.h>
#include <taglib/tbytevectorstream.h>
#include <taglib/tpropertymap.h>
#include <taglib/vorbisfile.h>
#include <taglib/wavfile.h>

namespace cantus::sound {
namespace {

TagLib::String utf8(const std::string& text) {
  return {text, TagLib::String::UTF8};
}

TagLib::PropertyMap properties_of(const Tags& tags) {
  TagLib::PropertyMap map;
  const auto put = [&](const std::string& name, const std::string& value) {
    if (!name.empty() && !value.empty()) map.replace(utf8(name), TagLib::StringList(utf8(value)));
  };
  put("TITLE", tags.title);
  put("ARTIST", tags.artist);
  put("ALBUM", tags.album);
  put("GENRE", tags.genre);
  put("COMMENT", tags.comment);
  for (const auto& [name, value] : tags.more)
    put(name, value);
  return map;
}

std::unique_ptr<TagLib::File> open(TagLib::IOStream* stream, Format format) {
  switch (format) {
    case Format::wav:
      return std::make_unique<TagLib::RIFF::WAV::File>(stream, false);
    case Format::flac:
      return std::make_unique<TagLib::FLAC::File>(stream, TagLib::ID3v2::FrameFactory::instance(),
                                                  false);
    case Format::vorbis:
      return std::make_unique<TagLib::Ogg::Vorbis::File>(stream, false);
    case Format::opus:
      return std::make_unique<TagLib::Ogg::Opus::File>(stream, false);
    case Format::mp3:
      break;
  }
  return std::make_unique<TagLib::MPEG::File>(stream, TagLib::ID3v2::FrameFactory::instance(),
                                              false);
}

}  // namespace

Result<std::string> tagged(std::string file, Format format, const Tags& tags) {
  const TagLib::PropertyMap properties = properties_of(tags);
  if (properties.isEmpty()) return file;
  TagLib::ByteVectorStream stream(
      TagLib::ByteVector(file.data(), static_cast<unsigned>(file.size())));
  file = std::string();
  {
    const std::unique_ptr<TagLib::File> target = open(&stream, format);
    if (!target->isValid()) return fail(ErrorCode::io, "cannot tag the encoded sound");
    target->setProperties(properties);
    if (!target->save()) return fail(ErrorCode::io, "cannot write the tags");
  }
  return std::string(stream.data()->data(), stream.data()->size());
}

}  // namespace cantus::sound
