#include "music/formats/abc/voice_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "music/formats/abc/text.h"

namespace cantus::formats::abc {
namespace {

using score::Tick;
using score::TickLength;

constexpr TickLength kLongestElement = score::beats(32);
constexpr int kMostVerses = 32;
constexpr std::size_t kLongestTuplet = 9;

/// "~" for spaces, a backslash before hyphens that are sung; signs of alignment are dropped.
std::string syllable_text(const score::Lyric& lyric) {
  std::string out;
  for (const char c : lyric.syllable) {
    if (c == '-' || c == '%' || c == '\\' || c == '&') out.push_back('\\');
    if (contains("*_|~\n\r", c)) continue;
    out.push_back(is_space(c) ? '~' : c);
  }
  if (out.empty()) return "*";
  return out + (lyric.continues ? "-" : " ");
}

/// How many elements from `first` on form one tuplet: equal ratios, up to where they fill plain
/// time.
std::size_t tuplet_size(std::span<const LengthText> lengths, std::span<const TickLength> ticks) {
  TickLength sum;
  for (std::size_t i = 0; i < lengths.size() && i < kLongestTuplet; ++i) {
    if (lengths[i].tuplet != lengths.front().tuplet) return i;
    sum += ticks[i];
    const LengthText whole = length_text(sum);
    if (whole.tuplet == 1 && whole.denominator <= 16) return i + 1;
  }
  return std::min(lengths.size(), kLongestTuplet);
}

std::string tuplet_sign(const LengthText& length, std::size_t size) {
  if (length.tuplet == 3 && size == 3) return "(3";
  return fmt::format("({}:{}:{}", length.tuplet, length.time, size);
}

}  // namespace

VoiceWriter::VoiceWriter(const score::Part& part,
                         std::vector<Layer> layers,
                         Cues cues,
                         std::optional<score::Key> key)
    : part_(&part), layers_(std::move(layers)), next_(layers_.size(), 0), cues_(std::move(cues)) {
  speller_.set_key(key);
  for (const score::Lyric& lyric : part.lyrics) {
    const int verse = std::clamp(lyric.verse, 1, kMostVerses);
    if (verses_.size() < static_cast<std::size_t>(verse)) {
      verses_.resize(static_cast<std::size_t>(verse));
    }
    verses_[static_cast<std::size_t>(verse) - 1].push_back(&lyric);
  }
  sung_.assign(verses_.size(), 0);
}

/// Cuts an element at the cues of the first layer, and where it is too long for one sign.
void VoiceWriter::cut(std::vector<Element>& out, std::size_t layer, Element whole) const {
  const Tick end = whole.at + whole.length;
  while (whole.at < end) {
    Tick stop = std::min(end, whole.at + kLongestElement);
    if (layer == 0) {
      const auto cue = cues_.upper_bound(whole.at);
      if (cue != cues_.end()) stop = std::min(stop, cue->first);
    }
    if (length_text(stop - whole.at).tuplet > 9) {  // two kinds of tuplet in one length
      const Tick beat((whole.at.count() / score::kTicksPerBeat + 1) * score::kTicksPerBeat);
      stop = std::min(stop, beat);
    }
    Element piece = whole;
    piece.length = stop - whole.at;
    piece.tied = whole.event != nullptr && (stop < end || whole.tied);
    out.push_back(piece);
    whole.at = stop;
  }
}

std::vector<VoiceWriter::Element> VoiceWriter::elements_in(std::size_t layer,
                                                           Tick start,
                                                           Tick end) {
  std::vector<Element> out;
  const Layer& events = layers_[layer];
  std::size_t& next = next_[layer];
  Tick at = start;
  while (next < events.size() && events[next].end <= start)
    ++next;
  for (std::size_t i = next; i < events.size() && events[i].onset < end; ++i) {
    const Tick from = std::max(at, events[i].onset);
    const Tick to = std::min(end, events[i].end);
    if (from > at) cut(out, layer, {at, from - at, nullptr, false});
    cut(out, layer, {from, to - from, &events[i], to < events[i].end});
    at = to;
  }
  const bool silent = layer > 0 && out.empty();
  if (!silent && at < end) cut(out, layer, {at, end - at, nullptr, false});
  return out;
}

std::string VoiceWriter::cue_text(Tick at) {
  const auto found = cues_.find(at);
  if (found == cues_.end()) return {};
  const Cue& cue = found->second;
  std::string text = cue.fields;
  if (cue.key) {
    text += fmt::format("[K:{}]", key_text(*cue.key));
    speller_.set_key(cue.key);
    speller_.forget();
  }
  text += cue.symbol + cue.dynamic;
  if (cue.graces.empty()) return text;
  text += '{';
  for (const score::Note* note : cue.graces) {
    const TickLength length = on_grid(Tick() + note->length) - Tick();
    text +=
        speller_.spelt(*note) + fraction_text(std::clamp(length, TickLength(105), kLongestElement));
  }
  return text + '}';
}

std::string VoiceWriter::element_text(std::size_t layer,
                                      const Element& element,
                                      const LengthText& length) {
  if (element.event == nullptr) return (layer == 0 ? "z" : "x") + to_text(length);
  std::string text;
  for (const score::Note* note : element.event->notes)
    text += speller_.spelt(*note);
  if (element.event->notes.size() > 1) text = '[' + text + ']';
  return text + to_text(length) + (element.tied ? "-" : "");
}

std::string VoiceWriter::text_of_layer(std::size_t layer,
                                       const std::vector<Element>& elements,
                                       Tick start,
                                       TickLength pulse) {
  std::vector<LengthText> lengths;
  std::vector<TickLength> ticks;
  for (const Element& element : elements) {
    lengths.push_back(length_text(element.length));
    ticks.push_back(element.length);
  }
  std::string text;
  std::size_t left = 0;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const bool beat = (elements[i].at - start).count() % pulse.count() == 0;
    if (i > 0 && beat) text += ' ';
    const std::string cue = layer == 0 ? cue_text(elements[i].at) : "";
    if (left == 0 && lengths[i].tuplet > 1) {
      left = tuplet_size(std::span(lengths).subspan(i), std::span(ticks).subspan(i));
      text += tuplet_sign(lengths[i], left);
    }
    text += cue + element_text(layer, elements[i], lengths[i]);
    if (left > 0) --left;
  }
  elements_ += elements.size();
  return text;
}

/// The syllable on the note that starts at a tick, "_" or "*" where there is none.
std::string VoiceWriter::syllable_at(Tick at, std::size_t verse) {
  const auto& lyrics = verses_[verse];
  std::size_t& sung = sung_[verse];
  while (sung < lyrics.size() && on_grid(lyrics[sung]->onset) < at)
    ++sung;
  if (sung < lyrics.size() && on_grid(lyrics[sung]->onset) == at) {
    return syllable_text(*lyrics[sung++]);
  }
  return sung > 0 ? "_" : "*";
}

void VoiceWriter::add_words(const std::vector<Element>& elements, WrittenBar& bar) {
  bar.words.resize(verses_.size());
  for (std::size_t verse = 0; verse < verses_.size(); ++verse) {
    for (const Element& element : elements) {
      if (element.event != nullptr) bar.words[verse] += syllable_at(element.at, verse);
    }
  }
}

WrittenBar VoiceWriter::bar(Tick start, Tick end, TickLength pulse, bool last) {
  WrittenBar bar;
  speller_.start_bar();
  std::string skipped;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    const std::vector<Element> elements = elements_in(layer, start, end);
    if (layer == 0) add_words(elements, bar);
    if (layer > 0 && elements.empty()) {
      skipped += " & x" + fraction_text(end - start);
      continue;
    }
    bar.music += skipped + (layer > 0 ? " & " : "");
    skipped.clear();
    if (layer > 0) speller_.forget();
    bar.music += text_of_layer(layer, elements, start, pulse);
  }
  if (last) bar.music += cue_text(end);
  return bar;
}

}  // namespace cantus::formats::abc
