#pragma once
#include <cstdint>

#include "lamina/model/decoder.h"

namespace lamina {

/// Initialises all parameters with the distributions of the papers:
///
///   linear weights, embedding, LM head   normal(0, initializer_range)   (CLA paper: 0.01275)
///   norm weights                         1
///   biases                               0
///
/// A value is a pure function of the seed, the parameter's name and the index within the parameter.
/// It is the same for any number of ranks and threads and on any device, and designs that have a
/// parameter of the same name and shape start from the same values. Throws Stopped if a stop was
/// requested.
void initialise(Decoder& model, std::uint64_t seed);

}  // namespace lamina
