#pragma once
#include <cstdint>

#include "lamina/model/decoder.h"

namespace lamina {

/// Fresh parameters, the papers' distributions:
///
///   linear weights, embedding, LM head   normal(0, initializer_range)   (CLA paper: 0.01275)
///   norm weights                         1
///   biases                               0
///
/// A value depends on the seed, the parameter's name and its index alone: the same on any number of
/// ranks, threads and devices, and equal between designs where they have the same tensor.
void initialise(Decoder& model, std::uint64_t seed);

}  // namespace lamina
