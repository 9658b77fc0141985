#include "tasks/analyze_piece.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "music/score/instruments.h"
#include "music/theory/chord_finding.h"
#include "music/theory/key_finding.h"
#include "music/theory/section_finding.h"

namespace cantus::tasks {
namespace {

using nlohmann::json;
using score::Tick;

PartFacts facts_of(const score::Part& part) {
  PartFacts facts{part.name, part.role, part.program, part.notes.size(), {}, {}};
  for (const score::Note& note : part.notes) {
    facts.lowest = std::min(facts.lowest.value_or(127), note.pitch.key());
    facts.highest = std::max(facts.highest.value_or(0), note.pitch.key());
  }
  return facts;
}

template <class T>
void put(json& out, const char* name, const std::optional<T>& value) {
  if (value) out[name] = *value;
}

const char* source_of(bool declared) {
  return declared ? "declared" : "found";
}

json parts_json(const Analysis& analysis) {
  json parts = json::array();
  for (const PartFacts& part : analysis.parts) {
    json row = {{"name", part.name},
                {"role", score::to_text(part.role)},
                {"program", part.program},
                {"notes", part.notes}};
    row["lowest"] = part.lowest ? json(*part.lowest) : json();
    row["highest"] = part.highest ? json(*part.highest) : json();
    parts.push_back(row);
  }
  return parts;
}

double beat_in_bar(const Analysis& analysis, Tick at) {
  return 1.0 + (at - analysis.bars_at.bar_start_at(at)).beats();
}

json chords_json(const Analysis& analysis) {
  json chords = json::array();
  for (const score::ChordSpan& span : analysis.chords) {
    chords.push_back({{"bar", analysis.bars_at.bar_at(span.onset)},
                      {"beat", beat_in_bar(analysis, span.onset)},
                      {"beats", span.length.beats()},
                      {"chord", score::to_text(span.chord)}});
  }
  return chords;
}

json sections_json(const Analysis& analysis) {
  json sections = json::array();
  for (const score::Section& section : analysis.sections) {
    const int first = analysis.bars_at.bar_at(section.onset);
    const int last = analysis.bars_at.bar_at(section.end() - score::TickLength(1));
    sections.push_back({{"name", section.name}, {"bar", first}, {"bars", last - first + 1}});
  }
  return sections;
}

json keys_json(const Analysis& analysis) {
  json keys = json::array();
  for (const score::KeyChange& change : analysis.keys) {
    keys.push_back(
        {{"bar", analysis.bars_at.bar_at(change.at)}, {"key", score::to_text(change.key)}});
  }
  return keys;
}

/// Shares of the sounding time, C first.
json pitch_classes_json(const Analysis& analysis) {
  const double total = theory::sum_of(analysis.pitch_class_beats);
  json shares = json::array();
  for (const double beats : analysis.pitch_class_beats) {
    shares.push_back(total > 0.0 ? beats / total : 0.0);
  }
  return shares;
}

json statistics_json(const Analysis& analysis) {
  json out = json::object();
  const theory::Statistics& s = analysis.statistics;
  put(out, "notes_a_second", s.notes_a_second);
  put(out, "notes_a_beat", s.notes_a_beat);
  put(out, "pitch_range", s.pitch_range);
  put(out, "pitches_used", s.pitches_used);
  put(out, "pitch_classes_used", s.pitch_classes_used);
  put(out, "polyphony", s.polyphony);
  put(out, "polyphony_rate", s.polyphony_rate);
  put(out, "pitch_entropy", s.pitch_entropy);
  put(out, "pitch_class_entropy", s.pitch_class_entropy);
  put(out, "scale_consistency", s.scale_consistency);
  put(out, "groove_consistency", s.groove_consistency);
  put(out, "empty_beat_rate", s.empty_beat_rate);
  put(out, "empty_bar_rate", s.empty_bar_rate);
  put(out, "chord_time", s.chord_time);
  put(out, "melody_stepwise", analysis.melody.stepwise);
  put(out, "melody_repeated", analysis.melody.repeated);
  put(out, "melody_mean_leap", analysis.melody.mean_leap);
  put(out, "melody_largest_leap", analysis.melody.largest_leap);
  put(out, "melody_chord_time", analysis.melody_over_chords.chord_time);
  put(out, "melody_strong_chord_time", analysis.melody_over_chords.strong_chord_time);
  put(out, "melody_ctnctr", analysis.melody_over_chords.ctnctr);
  put(out, "melody_pcs", analysis.melody_over_chords.pcs);
  put(out, "melody_mctd", analysis.melody_over_chords.mctd);
  if (analysis.mood) {
    out["valence"] = analysis.mood->valence;
    out["arousal"] = analysis.mood->arousal;
  }
  out["chords_different"] = analysis.chord_statistics.coverage;
  put(out, "chord_entropy", analysis.chord_statistics.histogram_entropy);
  put(out, "chord_tonal_distance", analysis.chord_statistics.tonal_distance);
  put(out, "beats_a_chord", analysis.chord_statistics.beats_a_chord);
  return out;
}

void find_faults(const score::Piece& piece, Analysis& analysis) {
  if (analysis.notes == 0) analysis.warnings.emplace_back("the piece has no notes");
  for (std::size_t i = 0; i < piece.parts.size(); ++i) {
    const score::Part& part = piece.parts[i];
    const auto late = std::ranges::count_if(
        part.notes, [&](const score::Note& note) { return note.onset >= piece.end; });
    const std::string place = fmt::format("part {}", i + 1);
    if (part.notes.empty() && analysis.notes > 0) {
      analysis.warnings.push_back(place + " has no notes");
    }
    if (late > 0) {
      analysis.warnings.push_back(fmt::format("{}: {} notes start after the end", place, late));
    }
  }
  if (analysis.key_is_declared) {
    const auto found = theory::find_key(piece);
    if (found && analysis.keys.size() == 1 && found->fifths != analysis.key->fifths) {
      analysis.warnings.push_back(fmt::format("the key is declared {} but sounds like {}",
                                              score::to_text(*analysis.key),
                                              score::to_text(*found)));
    }
  }
}

void measure_mood(const score::Piece& piece, Analysis& analysis) {
  score::Piece keyed = piece;
  keyed.keys = analysis.keys;
  analysis.mood = theory::mood_of(keyed);
}

void measure_melody(const score::Piece& piece, Analysis& analysis) {
  const auto part = std::ranges::find(piece.parts, score::Role::melody, &score::Part::role);
  if (part == piece.parts.end()) return;
  const auto line = theory::top_line(*part);
  analysis.melody = theory::movement_of(line);
  analysis.melody_over_chords = theory::melody_over_chords(line, analysis.chords, piece.metre);
}

}  // namespace

Analysis analyze(const score::Piece& piece) {
  Analysis analysis;
  analysis.title = piece.title;
  analysis.key = score::key_at(piece, Tick());
  analysis.key_is_declared = analysis.key.has_value();
  if (!analysis.key) analysis.key = theory::find_key(piece);
  analysis.tempo_bpm = piece.tempo.bpm_at(Tick());
  analysis.metre = piece.metre.metre_at(Tick());
  analysis.bars = score::bars_of(piece);
  analysis.seconds = score::seconds_of(piece);
  analysis.notes = score::note_count(piece);
  for (const score::Part& part : piece.parts)
    analysis.parts.push_back(facts_of(part));
  analysis.chords_are_declared = !piece.chords.empty();
  analysis.chords = analysis.chords_are_declared ? piece.chords : theory::find_chords(piece);
  analysis.sections_are_declared = !piece.sections.empty();
  analysis.sections =
      analysis.sections_are_declared ? piece.sections : theory::find_sections(piece);
  analysis.keys = analysis.key_is_declared ? piece.keys : theory::find_keys(piece);
  analysis.pitch_class_beats = theory::pitch_weights(piece);
  score::Piece with_chords = piece;
  with_chords.chords = analysis.chords;
  analysis.statistics = theory::statistics_of(with_chords);
  analysis.chord_statistics = theory::chord_statistics(analysis.chords);
  analysis.bars_at = piece.metre;
  measure_mood(piece, analysis);
  measure_melody(piece, analysis);
  find_faults(piece, analysis);
  return analysis;
}

std::string to_json(const Analysis& a) {
  json out;
  out["title"] = a.title;
  out["key"] = a.key ? json(score::to_text(*a.key)) : json();
  out["mode"] = a.key ? json(score::to_text(a.key->mode)) : json();
  out["key_source"] = source_of(a.key_is_declared);
  out["keys"] = keys_json(a);
  out["tempo_bpm"] = a.tempo_bpm;
  out["meter"] = fmt::format("{}/{}", a.metre.numerator, a.metre.denominator);
  out["bars"] = a.bars;
  out["seconds"] = a.seconds;
  out["notes"] = a.notes;
  out["parts"] = parts_json(a);
  out["chords"] = chords_json(a);
  out["chords_source"] = source_of(a.chords_are_declared);
  out["sections"] = sections_json(a);
  out["sections_source"] = source_of(a.sections_are_declared);
  out["pitch_classes"] = pitch_classes_json(a);
  out["statistics"] = statistics_json(a);
  out["warnings"] = a.warnings;
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string to_text(const Analysis& a) {
  std::string out = a.title.empty() ? "" : a.title + "\n";
  out +=
      fmt::format("{}{}, {:.4g} bpm, {}/{}, {} bars, {:.1f} s, {} notes\n",
                  a.key ? score::to_text(*a.key) : "no key", a.key_is_declared ? "" : " (found)",
                  a.tempo_bpm, a.metre.numerator, a.metre.denominator, a.bars, a.seconds, a.notes);
  for (const PartFacts& part : a.parts) {
    const auto name = part.role == score::Role::drums ? "Drums" : score::program_name(part.program);
    out += fmt::format("  {} ({}, {}): {} notes", part.name.empty() ? "part" : part.name,
                       score::to_text(part.role), name, part.notes);
    if (part.lowest) out += fmt::format(", keys {} to {}", *part.lowest, *part.highest);
    out += "\n";
  }
  const json sections = sections_json(a);
  if (!sections.empty()) {
    out += a.sections_are_declared ? "sections:" : "sections (found):";
    for (const json& section : sections) {
      out += fmt::format(" {}{}", section["name"].get<std::string>(), section["bars"].get<int>());
    }
    out += "\n";
  }
  for (const std::string& warning : a.warnings)
    out += "warning: " + warning + "\n";
  if (a.chords.empty()) return out;
  out += a.chords_are_declared ? "chords:" : "chords (found):";
  int bar = -1;
  for (const score::ChordSpan& span : a.chords) {
    const int here = a.bars_at.bar_at(span.onset);
    out += (here != bar ? " | " : " ") + score::to_text(span.chord);
    bar = here;
  }
  return out + "\n";
}

}  // namespace cantus::tasks
