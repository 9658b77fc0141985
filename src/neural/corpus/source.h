// The collections of music that a corpus is packed from: what each holds and under which licence.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace cantus::corpus {

/// What kind of music a collection holds, which decides what is kept of each piece (views.h).
enum class Genre {
  lead_sheet,     ///< a melody with declared chords
  tune,           ///< a melody alone
  hymn,           ///< four voices
  art_song,       ///< a voice and a piano
  band,           ///< several parts by MIDI programs
  drumming,       ///< drums alone, played by people
  billboard,      ///< chord annotations in the McGill Billboard format
  phrase_labels,  ///< POP909's phrases and chords
  salami,         ///< SALAMI's sections in seconds
  harmonix,       ///< the Harmonix Set's sections, with its beats beside them
  mixed           ///< told piece by piece
};

struct Source {
  std::string name;
  std::string folder;  ///< below the data folder, or absolute
  std::string licence;
  std::string style;  ///< a word of tokens::styles(), where no table says better
  Genre genre = Genre::band;
};

/// The open collections the shipped weights may learn from.
std::span<const Source> open_sources();

/// Collections for measuring only, and open ones that the shipped weights do not use.
std::span<const Source> research_sources();

/// A folder of the user's own, mixed.
Source own_source(const std::filesystem::path& folder);

/// Collections by name, or folders of the user's own. Fails with not_found on what is neither.
Result<std::vector<Source>> sources_named(std::span<const std::string> names);

/// The music files of a source, sorted, by path. Fails with not_found where the folder is missing.
Result<std::vector<std::filesystem::path>> files_of(const Source& source,
                                                    const std::filesystem::path& data);

/// $CANTUS_DATA, or ../shared/data.
std::filesystem::path data_folder();

}  // namespace cantus::corpus
