// The container of .zkey, .wtns and .r1cs files: type, version, sections of id, length and bytes.
#pragma once
#include <string>
#include <vector>
#include "../arithmetic/Limbs.h"
#include "../engine/Failure.h"

namespace verimesh {

struct Bytes {
  const u8* data = nullptr;
  std::size_t size = 0;
};

inline u32 readU32(const u8* bytes) {
  u32 value;
  std::memcpy(&value, bytes, 4);
  return value;
}

inline u64 readU64(const u8* bytes) {
  u64 value;
  std::memcpy(&value, bytes, 8);
  return value;
}

/** A file's sections, by id. Every length is checked against the file's before anything is read. */
class Sections {
 public:
  Sections(Bytes file, const char* type, u32 version, std::string code) : type_(type), code_(std::move(code)) {
    if (file.size < 12) fail("it has " + std::to_string(file.size) + " bytes");
    if (std::memcmp(file.data, type, 4) != 0) fail("it begins otherwise");
    if (readU32(file.data + 4) != version) fail("it has version " + std::to_string(readU32(file.data + 4)));
    const u32 count = readU32(file.data + 8);
    if (count > MOST_SECTIONS) fail("it has " + std::to_string(count) + " sections");
    std::size_t at = 12;
    for (u32 i = 0; i < count; i++) {
      if (file.size - at < 12) fail("it ends within a section header");
      const u32 id = readU32(file.data + at);
      const u64 length = readU64(file.data + at + 4);
      at += 12;
      if (length > file.size - at) fail("section " + std::to_string(id) + " ends beyond the file");
      for (const Entry& entry : entries_) {
        if (entry.id == id) fail("section " + std::to_string(id) + " is there twice");
      }
      entries_.push_back({id, {file.data + at, static_cast<std::size_t>(length)}});
      at += static_cast<std::size_t>(length);
    }
    if (at != file.size) fail(std::to_string(file.size - at) + " bytes follow its last section");
  }

  Bytes require(u32 id) const {
    for (const Entry& entry : entries_) {
      if (entry.id == id) return entry.bytes;
    }
    return fail("it has no section " + std::to_string(id));
  }

  /** The section, which must have this length. */
  Bytes require(u32 id, u64 length) const {
    const Bytes bytes = require(id);
    if (bytes.size != length) {
      fail("section " + std::to_string(id) + " has " + std::to_string(bytes.size) + " bytes; expected " +
           std::to_string(length));
    }
    return bytes;
  }

  [[noreturn]] Bytes fail(const std::string& what) const {
    throw Failure(code_, std::string("This is not a usable .") + type_ + " file: " + what + ".",
                  "The file is corrupt or of another kind: build or fetch it again.");
  }

 private:
  static constexpr u32 MOST_SECTIONS = 64;
  struct Entry {
    u32 id;
    Bytes bytes;
  };
  const char* type_;
  std::string code_;
  std::vector<Entry> entries_;
};

}  // namespace verimesh
