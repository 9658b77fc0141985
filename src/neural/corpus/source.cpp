#include "neural/corpus/source.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace cantus::corpus {
namespace {

namespace fs = std::filesystem;

const std::array<Source, 19> kOpen = {{
    {"openewld", "open/openewld/dataset", "MIT", "song", Genre::lead_sheet},
    {"nottingham", "open/nottingham/ABC_cleaned", "GPL-3", "folk", Genre::lead_sheet},
    {"folk_abc", "open/folk_abc", "see license.txt there (tunes of 1778-1903)", "folk",
     Genre::tune},
    {"open_hymnal", "open/open_hymnal/Complete", "public domain", "hymn", Genre::hymn},
    {"openscore_lieder", "open/openscore_lieder/scores", "CC0", "art_song", Genre::art_song},
    {"freedoom", "open/freedoom", "BSD-3-Clause", "game", Genre::band},
    {"freedoom_history", "open/freedoom_history", "BSD-3-Clause", "game", Genre::band},
    {"openmsx", "open/openmsx", "GPL-2", "band", Genre::band},
    {"simutrans", "open/simutrans", "Artistic", "band", Genre::band},
    {"tanner_helland", "open/tanner_helland", "CC BY 4.0", "film", Genre::band},
    {"blasphemer", "open/blasphemer", "BSD", "game", Genre::band},
    {"easyrpg", "open/easyrpg", "CC BY 4.0", "game", Genre::band},
    {"liquidwar5", "open/liquidwar5", "GPL-2+", "game", Genre::band},
    {"groove", "open/groove", "CC BY 4.0", "any", Genre::drumming},
    {"billboard_chords", "open/billboard_chords/SalamiFiles", "CC0", "pop", Genre::billboard},
    {"pop909_form", "open/pop909_form/POP909", "MIT", "pop", Genre::phrase_labels},
    {"salami_form", "open/salami_form/annotations", "CC0", "any", Genre::salami},
    {"harmonix_form", "open/harmonix_form/dataset/segments", "MIT", "pop", Genre::harmonix},
    {"openscore_quartets", "open/openscore_quartets/scores", "CC0", "chamber", Genre::hymn},
}};

const std::array<Source, 9> kResearch = {{
    {"chopin", "open/chopin/kern", "CC BY 4.0", "piano", Genre::band},
    {"polish_scores", "open/polish_scores", "CC BY 4.0", "piano", Genre::band},
    {"hauptstimme", "open/hauptstimme/data", "CC0", "orchestra", Genre::band},
    {"bach_chorales", "research/bach_chorales", "CC BY-NC-SA", "hymn", Genre::hymn},
    {"mozart_sonatas", "research/mozart_sonatas", "CC BY-NC-SA", "piano", Genre::band},
    {"joplin", "research/joplin", "CC BY-NC-SA", "piano", Genre::band},
    {"asap", "research/asap", "CC BY-NC-SA", "piano", Genre::band},
    {"when_in_rome", "research/when_in_rome", "CC BY-SA, parts differ", "any", Genre::band},
    {"nottingham_original", "open/nottingham/ABC_original", "GPL-3", "folk", Genre::lead_sheet},
}};

bool wanted(const fs::path& path, Genre genre) {
  const std::string ending = path.extension().string();
  if (genre == Genre::billboard) return ending == ".txt";
  if (genre == Genre::harmonix) return ending == ".txt";
  if (genre == Genre::salami) return path.filename().string().ends_with("_functions.txt");
  if (genre == Genre::phrase_labels) return path.filename() == "finalized_chord.txt";
  constexpr std::array<std::string_view, 9> kMusic = {".mid", ".midi",     ".kar", ".abc", ".krn",
                                                      ".mxl", ".musicxml", ".xml", ".rmi"};
  return std::ranges::find(kMusic, ending) != kMusic.end();
}

}  // namespace

std::span<const Source> open_sources() {
  return kOpen;
}

std::span<const Source> research_sources() {
  return kResearch;
}

Source own_source(const fs::path& folder) {
  return {folder.filename().empty() ? folder.parent_path().filename().string()
                                    : folder.filename().string(),
          fs::absolute(folder).string(), "not stated: the user's own folder", "any", Genre::mixed};
}

Result<std::vector<Source>> sources_named(std::span<const std::string> names) {
  std::vector<Source> sources;
  for (const std::string& name : names) {
    bool found = false;
    for (const auto known : {open_sources(), research_sources()}) {
      for (const Source& source : known) {
        if (source.name != name) continue;
        sources.push_back(source);
        found = true;
      }
    }
    if (found) continue;
    if (!fs::is_directory(name)) {
      return fail(ErrorCode::not_found, name + ": neither a set we know nor a folder");
    }
    sources.push_back(own_source(name));
  }
  return sources;
}

Result<std::vector<fs::path>> files_of(const Source& source, const fs::path& data) {
  const fs::path root = data / source.folder;
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    return fail(ErrorCode::not_found, root.string() +
                                          ": no such folder; set CANTUS_DATA to the "
                                          "folder that holds open/");
  }
  std::vector<fs::path> files;
  const auto skip = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator it(root, skip, error), end; it != end;
       it.increment(error)) {
    if (error) break;
    if (it->is_regular_file(error) && wanted(it->path(), source.genre)) files.push_back(it->path());
  }
  if (error) return fail(ErrorCode::io, root.string() + ": " + error.message());
  std::ranges::sort(files);
  return files;
}

fs::path data_folder() {
  const char* set = std::getenv("CANTUS_DATA");
  return set != nullptr && *set != '\0' ? fs::path(set) : fs::path("../shared/data");
}

}  // namespace cantus::corpus
