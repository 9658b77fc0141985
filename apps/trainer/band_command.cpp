#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/files.h"
#include "commands.h"
#include "neural/band_critic/critic.h"
#include "neural/rolls/phrase_file.h"
#include "neural/train/band/band_card.h"
#include "neural/train/band/evaluate.h"
#include "neural/train/band/fit.h"
#include "neural/train/band/folds.h"
#include "neural/train/band/pictures.h"
#include "neural/train/band/settle.h"
#include "neural/train/band/teach_hands.h"
#include "neural/train/device.h"

namespace {

namespace band = cantus::train_band;

struct BandAsked {
  band::FitSettings fit;
  std::string contest = "hinge";
  bool no_encoder = false;
  int threads = 1;
};

int run_fit(BandAsked asked) {
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  asked.fit.rivals.contest =
      asked.contest == "hinge" ? band::Contest::hinge : band::Contest::wasserstein;
  asked.fit.rivals.encoder = !asked.no_encoder;
  if (asked.fit.run.empty()) {
    asked.fit.run = asked.fit.out;
    asked.fit.run.replace_extension(".run");
  }
  asked.fit.stop = &stop_flag();
  const auto done = band::fit(asked.fit, [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  return done ? 0 : complain(done.error().message);
}

constexpr const char* kMannerHelp =
    "Of the hands: trust, temperature and least chance of strikes, then of keys, legato, fullness; "
    "seven numbers, or seven of each player";

struct EvaluationAsked {
  band::Evaluation how;
  std::string split = "validation";
  bool alone = false;
  bool raw = false;
  bool no_hands = false;
  std::vector<float> manner;
  std::filesystem::path critic = "models/band_critic.safetensors";
};

/// Seven numbers of every player, or of each; none: nothing.
cantus::Result<std::optional<cantus::band::HandManners>> manners_of(const std::vector<float>& all) {
  constexpr std::size_t kEach = cantus::band::kHandManner;
  cantus::band::HandManners manners;
  if (all.empty()) return std::optional<cantus::band::HandManners>();
  if (all.size() != kEach && all.size() != kEach * manners.size()) {
    return cantus::fail(cantus::ErrorCode::invalid_input,
                        "--manner: seven numbers, or seven of each of the five players");
  }
  for (std::size_t p = 0; p < manners.size(); ++p) {
    const float* of = all.data() + (all.size() == kEach ? 0 : p * kEach);
    manners[p] = {of[0], of[1], of[2], of[3], of[4], of[5], of[6]};
  }
  return std::optional(manners);
}

int run_evaluate(EvaluationAsked asked) {
  asked.how.split =
      asked.split == "test" ? cantus::rolls::Split::test : cantus::rolls::Split::validation;
  asked.how.told_manners = !asked.alone;
  asked.how.leaned = !asked.raw;
  asked.how.hands = !asked.no_hands && !asked.raw;
  auto manners = manners_of(asked.manner);
  if (!manners) return complain(manners.error().message);
  asked.how.manners = *manners;
  std::optional<cantus::band_critic::Critic> critic;
  if (asked.how.draws > 1) {
    auto loaded = cantus::band_critic::Critic::load(asked.critic);
    if (!loaded) return complain(loaded.error().message);
    critic = std::move(*loaded);
    asked.how.liking = [&](const cantus::rolls::Roll& phrase) { return critic->rank(phrase); };
  }
  const auto table = band::evaluate(asked.how);
  if (!table) return complain(table.error().message);
  std::fputs(table->c_str(), stdout);
  return 0;
}

struct SettleAsked {
  std::filesystem::path from, phrases, out;
  std::string preferred, course;
  std::size_t count = 800;
};

int run_settle(const SettleAsked& asked) {
  const auto net = cantus::band::BandNet::load(asked.from);
  if (!net) return complain(net.error().message);
  auto all = cantus::rolls::read_phrases_file(asked.phrases);
  if (!all) return complain(all.error().message);
  std::vector<const cantus::rolls::Phrase*> bands;
  for (const auto& phrase : *all) {
    if (phrase.split == cantus::rolls::Split::train && band::is_band(phrase))
      bands.push_back(&phrase);
  }
  std::vector<const cantus::rolls::Phrase*> some;
  cantus::Random random(21);
  for (std::size_t i = 0; i < asked.count && !bands.empty(); ++i)
    some.push_back(bands[random.below(bands.size())]);
  const auto lean = band::settled(*net, some);
  for (const auto player : cantus::rolls::kAllPlayers) {
    const auto p = static_cast<std::size_t>(player);
    const auto shown = [p](const auto& field) { return static_cast<double>(field[p]); };
    std::printf(
        "%-8s threshold %.2f, chords %.2f, steadiness %.2f, lengths %.2f, variety %.2f, nearness "
        "%.2f, "
        "legato %.1f\n",
        std::string(cantus::rolls::to_text(player)).c_str(), shown(lean.thresholds),
        shown(lean.chord_lift), shown(lean.steadiness), shown(lean.length_lift),
        shown(lean.variety), shown(lean.nearness), shown(lean.legato));
  }
  auto done = band::write_settled(asked.from, lean, asked.preferred, asked.out);
  if (done) done = band::write_card(asked.out, *all, asked.course);
  return done ? 0 : complain(done.error().message);
}

struct HandsAsked {
  band::HandLessons lessons;
  std::filesystem::path phrases;
  std::vector<float> manner;
  std::string course;
  int threads = 1;
};

int run_hands(HandsAsked asked) {
  auto manners = manners_of(asked.manner);
  if (!manners) return complain(manners.error().message);
  asked.lessons.manners = *manners;
  const auto device = cantus::train::prepare_device("cpu", asked.threads);
  if (!device) return complain(device.error().message);
  auto all = cantus::rolls::read_phrases_file(asked.phrases);
  if (!all) return complain(all.error().message);
  asked.lessons.stop = &stop_flag();
  auto done = band::teach_hands(asked.lessons, *all, [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  if (done && !asked.course.empty()) done = band::write_card(asked.lessons.out, *all, asked.course);
  return done ? 0 : complain(done.error().message);
}

struct FoldAsked {
  std::filesystem::path phrases, out;
  int folds = 6;
  int fold = 0;
  std::uint64_t seed = 1;
};

int run_fold(const FoldAsked& asked) {
  auto all = cantus::rolls::read_phrases_file(asked.phrases);
  if (!all) return complain(all.error().message);
  const auto held_out =
      band::with_fold_held_out(std::move(*all), asked.folds, asked.fold, asked.seed);
  if (!held_out) return complain(held_out.error().message);
  const auto written = cantus::rolls::write_phrases(asked.out, *held_out);
  return written ? 0 : complain(written.error().message);
}

int run_curves(const std::filesystem::path& curve, const std::filesystem::path& out) {
  const auto text = cantus::read_file(curve);
  if (!text) return complain(text.error().message);
  const auto picture = band::draw_curves(*text);
  if (!picture) return complain(picture.error().message);
  const auto written = cantus::write_file(out, picture->png());
  return written ? 0 : complain(written.error().message);
}

/// The same phrases asked of each set of weights.
int run_page(const std::vector<std::string>& weights,
             const std::filesystem::path& phrases,
             const std::filesystem::path& out) {
  auto all = cantus::rolls::read_phrases_file(phrases);
  if (!all) return complain(all.error().message);
  std::vector<const cantus::rolls::Phrase*> asked;
  band::RowOfPhrases human{"people", {}};
  for (std::size_t i = 0, every = 0; i < all->size() && asked.size() < 4; ++i) {
    const cantus::rolls::Phrase& phrase = (*all)[i];
    if (phrase.split != cantus::rolls::Split::validation || !band::is_band(phrase)) continue;
    if (every++ % 120 != 60) continue;
    asked.push_back(&phrase);
    human.phrases.push_back(phrase.roll);
  }
  std::vector<band::RowOfPhrases> rows;
  for (const std::string& path : weights) {
    const auto net = cantus::band::BandNet::load(path);
    if (!net) return complain(net.error().message);
    const auto steps = net->metadata().find("steps");
    band::RowOfPhrases row{"step " + (steps == net->metadata().end() ? "" : steps->second), {}};
    for (const auto& phrase : band::played(*net, asked, {}))
      row.phrases.push_back(phrase.roll);
    rows.push_back(std::move(row));
  }
  rows.push_back(std::move(human));
  const auto written = cantus::write_file(out, band::draw_phrases(rows).png());
  return written ? 0 : complain(written.error().message);
}

}  // namespace

void add_band(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("band", "The band's generator against its discriminator");
  command->require_subcommand(1);
  auto asked = std::make_shared<BandAsked>();
  band::RivalSettings& rivals = asked->fit.rivals;
  CLI::App* fit = command->add_subcommand("fit", "Train, and write NAME.safetensors");
  fit->add_option("--phrases", asked->fit.phrases,
                  "Of cantus corpus phrases; without, the data folder is read");
  fit->add_option("--out", asked->fit.out, "NAME.safetensors")->required();
  fit->add_option("--run", asked->fit.run, "Folder of checkpoints; goes on from what is there");
  fit->add_option("--contest", asked->contest)
      ->check(CLI::IsMember({"hinge", "wasserstein"}))
      ->capture_default_str();
  fit->add_flag("--no-encoder", asked->no_encoder, "Noise alone: a plain GAN");
  fit->add_option("--steps", asked->fit.steps)->capture_default_str();
  fit->add_option("--alone", asked->fit.alone, "Steps of the autoencoder before the contest")
      ->capture_default_str();
  fit->add_option("--batch", asked->fit.batch)->check(CLI::Range(8, 1024))->capture_default_str();
  fit->add_option("--look-every", asked->fit.look_every)->capture_default_str();
  fit->add_option("--look-phrases", asked->fit.look_phrases)->capture_default_str();
  fit->add_option("--width", rivals.shape.width)->capture_default_str();
  fit->add_option("--hidden", rivals.shape.hidden)->capture_default_str();
  fit->add_option("--heads", rivals.shape.heads)->capture_default_str();
  fit->add_option("--generator-blocks", rivals.shape.generator_blocks)->capture_default_str();
  fit->add_option("--encoder-blocks", rivals.shape.encoder_blocks)->capture_default_str();
  fit->add_option("--discriminator-blocks", rivals.shape.discriminator_blocks)
      ->capture_default_str();
  fit->add_option("--divergence", rivals.divergence)->capture_default_str();
  fit->add_option("--adversarial", rivals.adversarial)->capture_default_str();
  fit->add_option("--penalty", rivals.penalty)->capture_default_str();
  fit->add_option("--penalty-every", rivals.penalty_every)->capture_default_str();
  fit->add_option("--generator-rate", rivals.generator_rate)->capture_default_str();
  fit->add_option("--discriminator-rate", rivals.discriminator_rate)->capture_default_str();
  fit->add_option("--average", rivals.average)->capture_default_str();
  fit->add_option("--seed", rivals.seed)->capture_default_str();
  fit->add_option("--threads", asked->threads)->capture_default_str();
  fit->callback([asked, &status] { status = run_fit(*asked); });

  auto measured = std::make_shared<EvaluationAsked>();
  CLI::App* evaluate =
      command->add_subcommand("evaluate", "MuseGAN's table of generated phrases beside people's");
  measured->how.weights = "models/band.safetensors";
  evaluate->add_option("--weights", measured->how.weights)->capture_default_str();
  evaluate->add_option("--phrases", measured->how.phrases, "Of cantus corpus phrases")->required();
  evaluate->add_option("--split", measured->split, "Of the held-out column")
      ->check(CLI::IsMember({"validation", "test"}))
      ->capture_default_str();
  evaluate->add_flag("--held-out-conditions", measured->how.held_out_conditions,
                     "Ask for the held-out phrases' conditions, not training ones'");
  evaluate->add_flag("--no-manners", measured->alone, "Do not say how busily each plays");
  evaluate->add_flag("--no-leanings", measured->raw, "Decide as the generator says");
  evaluate->add_flag("--again", measured->how.again,
                     "Make the phrases again from their own noise, not anew from a drawn one");
  evaluate->add_flag("--no-hands", measured->no_hands, "Decide by leanings, all strokes at once");
  evaluate->add_option("--manner", measured->manner, kMannerHelp)->delimiter(',');
  evaluate
      ->add_option("--best-of", measured->how.draws,
                   "So many draws of each phrase, of which the critic picks one")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  evaluate->add_option("--critic", measured->critic)->capture_default_str();
  evaluate->add_flag("--strict", measured->how.strict, "Notes belong to chord or scale");
  evaluate->add_flag("--write", measured->how.write, "Write the figures into the card");
  evaluate->add_option("--count", measured->how.count)->capture_default_str();
  evaluate->add_option("--seed", measured->how.seed)->capture_default_str();
  evaluate->add_option("--generated", measured->how.generated, "Write them: NAME.phrases");
  evaluate->add_flag("!--no-table", measured->how.table, "Only write what is generated");
  evaluate->callback([measured, &status] { status = run_evaluate(*measured); });

  auto leaning = std::make_shared<SettleAsked>();
  CLI::App* settle =
      command->add_subcommand("settle", "Lean decisions until they have music's statistics");
  settle->add_option("--from", leaning->from, "Of fit: NAME.safetensors")->required();
  settle->add_option("--phrases", leaning->phrases, "Of cantus corpus phrases")->required();
  settle->add_option("--out", leaning->out, "NAME.safetensors")->required();
  settle->add_option("--preferred", leaning->preferred,
                     "Players that the automatic engine gives to the band: drums,pad");
  settle->add_option("--course", leaning->course, "For the card: how the weights were trained");
  settle->add_option("--count", leaning->count)->capture_default_str();
  settle->callback([leaning, &status] { status = run_settle(*leaning); });

  auto taught = std::make_shared<HandsAsked>();
  band::HandLessons& lessons = taught->lessons;
  CLI::App* hands =
      command->add_subcommand("hands", "Teach the players' hands, the generator being fixed");
  hands->add_option("--from", lessons.from, "Of fit or settle: NAME.safetensors")->required();
  hands->add_option("--phrases", taught->phrases, "Of cantus corpus phrases")->required();
  hands->add_option("--out", lessons.out, "NAME.safetensors")->required();
  hands->add_option("--steps", lessons.steps)->capture_default_str();
  hands->add_option("--batch", lessons.phrases_a_step, "Phrases a step")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  hands->add_option("--rate", lessons.rate)->capture_default_str();
  hands->add_option("--first", lessons.first, "Neurons of the first layer")->capture_default_str();
  hands->add_option("--second", lessons.second, "Of the second")->capture_default_str();
  hands->add_option("--forgetting", lessons.forgetting, "Dropout of the first layer")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  hands
      ->add_option("--trusting", lessons.trusting,
                   "Share of lessons in which the generator's noise is partly the phrase's own")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  hands->add_option("--deafness", lessons.deafness, "Dropout of what a hand hears")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  hands->add_option("--decay", lessons.decay, "Of weights, as a share of the rate")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  hands
      ->add_option("--slips", lessons.slips,
                   "Share of its own strokes that a hand misremembers, in half of the lessons")
      ->check(CLI::Range(0.0, 0.5))
      ->capture_default_str();
  hands->add_option("--bands", lessons.bands, "Share of phrases from collections of bands")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  hands->add_option("--preferred", lessons.preferred,
                    "Players that the automatic engine gives to the band: drums,pad");
  hands->add_option("--course", taught->course, "Writes the card: how the weights were trained");
  hands->add_option("--manner", taught->manner, kMannerHelp)->delimiter(',');
  hands->add_option("--seed", lessons.seed)->capture_default_str();
  hands->add_option("--threads", taught->threads)->capture_default_str();
  hands->callback([taught, &status] { status = run_hands(*taught); });

  auto folded = std::make_shared<FoldAsked>();
  CLI::App* fold = command->add_subcommand(
      "fold", "Training phrases, some of their bands held out on the validation side");
  fold->add_option("--phrases", folded->phrases, "Of cantus corpus phrases")->required();
  fold->add_option("--out", folded->out, "NAME.phrases")->required();
  fold->add_option("--folds", folded->folds)->capture_default_str();
  fold->add_option("--fold", folded->fold, "Which one, from 0 on")->capture_default_str();
  fold->add_option("--seed", folded->seed, "Of the deal")->capture_default_str();
  fold->callback([folded, &status] { status = run_fold(*folded); });

  auto paths = std::make_shared<std::vector<std::string>>();
  auto from = std::make_shared<std::filesystem::path>();
  auto out = std::make_shared<std::filesystem::path>();
  CLI::App* curves = command->add_subcommand("curves", "Draw a run's curves");
  curves->add_option("curve", *from, "NAME.curve.json")->required();
  curves->add_option("--out", *out, "NAME.png")->required();
  curves->callback([from, out, &status] { status = run_curves(*from, *out); });
  CLI::App* page = command->add_subcommand("page", "Draw what several weights play");
  page->add_option("weights", *paths, "NAME.safetensors, in their order")->required();
  page->add_option("--phrases", *from, "Whose conditions are asked for")->required();
  page->add_option("--out", *out, "NAME.png")->required();
  page->callback([paths, from, out, &status] { status = run_page(*paths, *from, *out); });
}
