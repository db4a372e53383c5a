// SPDX-License-Identifier: MIT
// The table of file system types.
#include "store/posix_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include <sys/vfs.h>

namespace loop {

namespace {

enum class Reach { local, network };

struct FileSystemType {
  std::uint32_t magic;  // statfs(2), linux/magic.h
  std::string_view name;
  Reach reach;
};

constexpr std::array kTypes{
    FileSystemType{0x0000ef53, "ext4", Reach::local},  // ext2 and ext3 as well
    FileSystemType{0x58465342, "xfs", Reach::local},
    FileSystemType{0x9123683e, "btrfs", Reach::local},
    FileSystemType{0x2fc12fc1, "zfs", Reach::local},
    FileSystemType{0xca451a4e, "bcachefs", Reach::local},
    FileSystemType{0xf2f52010, "f2fs", Reach::local},
    FileSystemType{0x3153464a, "jfs", Reach::local},
    FileSystemType{0x52654973, "reiserfs", Reach::local},
    FileSystemType{0x01021994, "tmpfs", Reach::local},
    FileSystemType{0x858458f6, "ramfs", Reach::local},
    FileSystemType{0x794c7630, "overlayfs", Reach::local},
    FileSystemType{0x0000f15f, "ecryptfs", Reach::local},
    FileSystemType{0x00004d44, "vfat", Reach::local},
    FileSystemType{0x2011bab0, "exfat", Reach::local},
    FileSystemType{0x5346544e, "ntfs", Reach::local},
    FileSystemType{0x7366746e, "ntfs3", Reach::local},
    FileSystemType{0x00006969, "nfs", Reach::network},
    FileSystemType{0x0000517b, "smb", Reach::network},
    FileSystemType{0xff534d42, "cifs", Reach::network},
    FileSystemType{0xfe534d42, "smb2", Reach::network},
    FileSystemType{0x01021997, "9p", Reach::network},
    FileSystemType{0x65735546, "fuse", Reach::network},
    FileSystemType{0x00c36400, "ceph", Reach::network},
    FileSystemType{0x5346414f, "afs", Reach::network},
    FileSystemType{0x6b414653, "kafs", Reach::network},
    FileSystemType{0x73757245, "coda", Reach::network},
    FileSystemType{0x0000564c, "ncp", Reach::network},
    FileSystemType{0x786f4256, "vboxsf", Reach::network},
    FileSystemType{0xbacbacbc, "vmhgfs", Reach::network},
    FileSystemType{0x01161970, "gfs2", Reach::network},
    FileSystemType{0x7461636f, "ocfs2", Reach::network},
    FileSystemType{0x0bd00bd0, "lustre", Reach::network},
    FileSystemType{0x47504653, "gpfs", Reach::network},
    FileSystemType{0x19830326, "beegfs", Reach::network},
    FileSystemType{0xaad7aaea, "panfs", Reach::network},
};

}  // namespace

SpaceInfo space_of(const struct statfs& status) {
  SpaceInfo space;
  const auto block =
      static_cast<std::uint64_t>(status.f_frsize > 0 ? status.f_frsize : status.f_bsize);
  space.free_bytes = static_cast<std::uint64_t>(status.f_bavail) * block;
  const auto magic = static_cast<std::uint32_t>(status.f_type);
  const auto type =
      std::find_if(kTypes.begin(), kTypes.end(),
                   [magic](const FileSystemType& known) { return known.magic == magic; });
  // An unknown one is taken for local: more new disk formats appear than new network ones, and
  // refusing to work would be the greater harm.
  space.is_network = type != kTypes.end() && type->reach == Reach::network;
  space.type_name = type != kTypes.end() ? std::string(type->name) : fmt::format("{:#x}", magic);
  return space;
}

}  // namespace loop
