// SPDX-License-Identifier: MIT
// Asio and Beast, compiled once here instead of in each file that uses them.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
