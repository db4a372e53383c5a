// SPDX-License-Identifier: MIT
// Prepared statements; a wait for locks that outlasts a slow disk.
#include "rows/sqlite_table.hpp"

#ifdef BENCH_HAS_SQLITE

#include <sqlite3.h>

#include <filesystem>

namespace loop::bench {

namespace {

constexpr int kWaitMs = 30'000;

}  // namespace

void SqliteTable::Close::operator()(sqlite3* database) const { ::sqlite3_close(database); }
void SqliteTable::Close::operator()(sqlite3_stmt* statement) const {
  ::sqlite3_finalize(statement);
}

Result<SqliteTable> SqliteTable::create(const std::string& file, const std::string& synchronous) {
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
  return open(file, synchronous);
}

Result<SqliteTable> SqliteTable::open(const std::string& file, const std::string& synchronous) {
  SqliteTable table;
  sqlite3* opened = nullptr;
  const int code = ::sqlite3_open(file.c_str(), &opened);
  table.database_.reset(opened);
  if (code != SQLITE_OK) return Error(Errc::io, "open " + file);
  ::sqlite3_busy_timeout(opened, kWaitMs);
  const std::string setup = "pragma journal_mode=wal; pragma synchronous=" + synchronous +
                            "; create table if not exists rows(row text);";
  ::sqlite3_exec(opened, setup.c_str(), nullptr, nullptr, nullptr);
  sqlite3_stmt* made = nullptr;
  ::sqlite3_prepare_v2(opened, "insert into rows values(?)", -1, &made, nullptr);
  table.insert_.reset(made);
  if (made == nullptr) return Error(Errc::io, ::sqlite3_errmsg(opened));
  return table;
}

Status SqliteTable::insert(std::string_view row) {
  sqlite3_stmt* statement = insert_.get();
  ::sqlite3_bind_text(statement, 1, row.data(), static_cast<int>(row.size()), SQLITE_STATIC);
  const bool is_done =
      ::sqlite3_step(statement) == SQLITE_DONE && ::sqlite3_reset(statement) == SQLITE_OK;
  return is_done ? Status{} : Status(Error(Errc::io, ::sqlite3_errmsg(database_.get())));
}

Result<std::size_t> SqliteTable::count() {
  sqlite3_stmt* made = nullptr;
  ::sqlite3_prepare_v2(database_.get(), "select count(*) from rows", -1, &made, nullptr);
  const std::unique_ptr<sqlite3_stmt, Close> counting(made);
  if (::sqlite3_step(made) != SQLITE_ROW) {
    return Error(Errc::io, ::sqlite3_errmsg(database_.get()));
  }
  return static_cast<std::size_t>(::sqlite3_column_int64(made, 0));
}

}  // namespace loop::bench

#endif
