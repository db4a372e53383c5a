// SPDX-License-Identifier: MIT
// Texts that programs have stumbled over.
#pragma once

#include <string>
#include <vector>

namespace loop::test {

const std::vector<std::string>& naughty_strings();  // all of them well-formed UTF-8
const std::vector<std::string>& ill_formed_strings();

}  // namespace loop::test
