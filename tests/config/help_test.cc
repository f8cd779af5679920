#include "lamina/config/help.h"

#include <gtest/gtest.h>

#include "config/run_settings.h"

namespace lamina {
namespace {

TEST(SettingsHelp, ListsKeyTypeRangeDefaultAndMeaningInColumns) {
  EXPECT_EQ(settings_help(TrainSettings()),
            "  tokens           integer >= 1 (tokens)  1000000  length of the run\n"
            "  batch_sequences  integer >= 1           16       sequences of a step\n"
            "  precision        one of fp32, bf16      fp32     of the matrix products\n"
            "  seed             integer >= 0           0        of all random numbers\n");
}

TEST(SettingsHelp, NamesSectionsConditionsAndWhatHasNoDefault) {
  const std::string help = settings_help(RunSettings());
  for (const char* line : {
           "\noptimizer: AdamW\n",
           "\nmodel.kv_sharing: layers that share keys and values\n",
           "\ndesigns[]: variants to try\n",
           "  layers per group (used when kv_sharing.layout is cla)\n",
           "  integer >= 1 and <= 65536            required     width of the residual stream\n",
           "  unset        width of a head\n",
           "  designs[].name ",
           "list of 2 numbers >= 0 and <= 1      [0.9, 0.95]  decay of the moments\n",
       }) {
    EXPECT_NE(help.find(line), std::string::npos) << line << "\nnot in\n" << help;
  }
}

TEST(SettingsHelp, ExplainsTheNamesOfAnEnumThatHasMeanings) {
  const std::string help = settings_help(KvSharingSettings());
  EXPECT_NE(help.find("  layout            one of none, cla, map  none  which layers share keys "
                      "and values\n"
                      "                                                   none: every layer has "
                      "its own\n"
                      "                                                   cla: groups\n"
                      "                                                   map: any\n"
                      "  factor "),
            std::string::npos)
      << help;
}

TEST(SettingsHelp, GoesOnBelowACellThatIsTooWide) {
  const std::string help = settings_help(OptimizerSettings());
  EXPECT_NE(
      help.find("  warmup_fraction  number >= 0 and <= 1 (fraction of the steps)\n"
                "                                                    0.05         of the run\n"),
      std::string::npos)
      << help;
}

}  // namespace
}  // namespace lamina
