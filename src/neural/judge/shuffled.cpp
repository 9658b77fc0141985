#include "neural/judge/shuffled.h"

#include <utility>

#include "base/random.h"
#include "neural/corpus/measure_repetition.h"

namespace cantus::judge {

LeadSheet spoilt(const LeadSheet& sheet, Spoiling how, std::uint64_t seed) {
  LeadSheet out = sheet;
  if (how == Spoiling::bars) {
    out.piece = corpus::bars_shuffled(out.piece, seed);
    out.piece.end = sheet.piece.end;  // a note moved to the end may sound beyond it
    return out;
  }
  Random random(seed);
  for (score::Part& part : out.piece.parts) {
    for (std::size_t i = part.notes.size(); i > 1; --i)
      std::swap(part.notes[i - 1].pitch, part.notes[random.below(i)].pitch);
  }
  return out;
}

Table spoilt_table(std::span<const LeadSheet> sheets,
                   Spoiling how,
                   Scale scale,
                   const Habits* habits,
                   std::uint64_t seed) {
  Table table;
  std::uint32_t group = 0;
  for (const LeadSheet& sheet : sheets) {
    const LeadSheet worse = spoilt(sheet, how, seed + group);
    Table pair = lead_table({&sheet, 1}, {&worse, 1}, scale, habits);
    if (table.features.empty()) table.features = pair.features;
    for (Row& row : pair.rows) {
      row.group = group;
      table.rows.push_back(std::move(row));
    }
    ++group;
  }
  return table;
}

}  // namespace cantus::judge
