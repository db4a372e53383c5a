// SPDX-License-Identifier: MIT
// A table of SQLite to which rows are added, each in a transaction of its own.
#pragma once

#ifdef BENCH_HAS_SQLITE

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "loop/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace loop::bench {

// One connection to a file in WAL mode. `synchronous` is FULL (durable) or NORMAL.
class SqliteTable {
 public:
  // Without what stood in the file before.
  static Result<SqliteTable> create(const std::string& file, const std::string& synchronous);
  static Result<SqliteTable> open(const std::string& file, const std::string& synchronous);
  // Waits for other writers.
  Status insert(std::string_view row);
  Result<std::size_t> count();

 private:
  struct Close {
    void operator()(sqlite3* database) const;
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::unique_ptr<sqlite3_stmt, Close> insert_;
};

}  // namespace loop::bench

#endif
