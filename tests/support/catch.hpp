// SPDX-License-Identifier: MIT
// Catch2 behind one name, so that version 2 (Debian 12) and version 3 both build.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
