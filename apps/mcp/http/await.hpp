// SPDX-License-Identifier: MIT
// How coroutines wait here: errors come as values, the first of a tuple.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "mcp/http/connection.hpp"

namespace mcp {

inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<HttpExecutor>> kAwait{
    boost::asio::use_awaitable_t<HttpExecutor>{}};

}  // namespace mcp
