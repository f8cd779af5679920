#include "lamina/run/run_settings.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/config/load.h"
#include "lamina/config/reader.h"
#include "lamina/config/writer.h"
#include "lamina/core/error.h"
#include "lamina/run/precision.h"
#include "lamina/text/bpe_trainer.h"

namespace lamina {
namespace {

constexpr std::int64_t kVocabMultiple = 64;  // so that the LM head's product has even blocks

/// The place of the key, or of the nearest section around it that is written.
Place place_of(const Node& root, std::string_view key) {
  const Node* node = &root;
  while (!key.empty()) {
    const std::string_view part = key.substr(0, key.find('.'));
    const Node* child = node->find(part);
    if (child == nullptr) break;
    node = child;
    key.remove_prefix(std::min(key.size(), part.size() + 1));
  }
  return node->place;
}

std::int64_t padded_vocab_size(const RunSettings& settings) {
  if (settings.model.vocab_size) return *settings.model.vocab_size;
  const auto to_train = bpe_to_train(settings.data.tokenizer);
  const std::int64_t exact =
      to_train ? *to_train : make_tokenizer(settings.data.tokenizer)->vocab_size();
  return (exact + kVocabMultiple - 1) / kVocabMultiple * kVocabMultiple;
}

void resolve_model(Run& run) {
  if (run.settings.output.empty()) throw SettingError("output", "is empty; expected a folder");
  const std::int64_t length = run.settings.data.sequence_length;
  const std::int64_t vocab_size = padded_vocab_size(run.settings);
  run.spec = in_section("model", [&] { return resolve(run.settings.model, vocab_size, length); });
  if (length <= run.spec.max_position_embeddings) return;
  throw SettingError(
      "model.max_position_embeddings",
      fmt::format("got {}; data.sequence_length is {}", run.spec.max_position_embeddings, length));
}

/// A run without a name is called as its file, by the same rule.
Entry name_entry(const std::filesystem::path& file) {
  Node name;
  name.kind = Node::Kind::kScalar;
  name.scalar = file.stem().string();
  name.place.file = fmt::format("{}: sets no name, so its own is taken", file.string());
  return {"name", name.place, name};
}

}  // namespace

void with_places(const Node& written, const std::function<void()>& action) {
  try {
    action();
  } catch (const SettingError& error) {
    throw UsageError({place_of(written, error.key()).text(), error.key()}, error.reason());
  }
}

Run resolve_run(const Node& root) {
  Run run;
  run.written = root;
  read_settings(root, run.settings);
  with_places(root, [&] { resolve_model(run); });
  return run;
}

Run load_run(const std::filesystem::path& file, std::span<const std::string> overrides) {
  Node root = load_config(file, overrides);
  if (root.find("name") == nullptr) root.entries.push_back(name_entry(file));
  return resolve_run(root);
}

void resolve_precision(Run& run, const std::filesystem::path& run_folder) {
  const PrecisionChoice choice = choose_precision(run.settings.train, run_folder);
  run.settings.train.precision = choice.precision;
  run.precision_reason = choice.reason;
}

std::string resolved_yaml(const Run& run) {
  RunSettings resolved = run.settings;
  resolved.model = explicit_settings(resolved.model, run.spec);
  return to_yaml(settings_node(resolved));
}

}  // namespace lamina
