#include "lamina/record/deciding_part.h"

namespace lamina {

Node deciding_part(Node config) {
  std::erase_if(config.entries,
                [](const Entry& e) { return e.key == "name" || e.key == "output"; });
  return config;
}

}  // namespace lamina
