// SPDX-License-Identifier: MIT
// What results were measured on and with, in a line each.
#pragma once

#include <string>

namespace loop::bench {

std::string machine_text();
std::string build_text();

}  // namespace loop::bench
