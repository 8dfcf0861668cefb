// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/sorted_differences.hpp"

#include <numeric>

#include "text/words.hpp"

namespace hanfs::tree {
namespace {

constexpr std::size_t bucket_size = std::size_t{256} << 10;  // bytes in memory
constexpr std::size_t most_folders = 1000;

// Escaped values hold no tab and no newline.
std::string record_of(const Difference& difference) {
  return std::to_string(difference.kinds.bits()) + '\t' + difference.path + '\t' + difference.first + '\t' +
         difference.second + '\t' + (difference.linked ? '1' : '0') + '\n';
}

Difference of_record(std::string_view record) {
  const auto columns = text::split(record, '\t');
  return {Kinds::of_bits(text::whole_number<unsigned>(columns[0]).value_or(0)), std::string(columns[1]),
          std::string(columns[2]), std::string(columns[3]), columns[4] == "1"};
}

Status give_records(std::string_view records, const std::function<Status(const Difference&)>& take) {
  while (!records.empty()) {
    const std::size_t end = records.find('\n');
    if (const Status taken = take(of_record(records.substr(0, end))); !taken) return taken;
    records.remove_prefix(end + 1);
  }
  return Done{};
}

std::string top_folder_of(const std::string& path) {
  const std::size_t slash = path.find('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

Status SortedDifferences::add(const Difference& difference) {
  const auto worst = static_cast<std::size_t>(difference.kinds.worst());
  ++counts_[worst];
  std::string top = top_folder_of(difference.path);
  if (folders_.size() >= most_folders && folders_.count(top) == 0) top = "...";
  ++folders_[top][worst];
  Bucket& bucket = buckets_[worst];
  bucket.text += record_of(difference);
  if (bucket.text.size() < bucket_size) return Done{};
  if (!bucket.file) {
    Result<OutputFile> file = OutputFile::temporary(folder_);
    if (!file) return file.error();
    bucket.file = std::move(*file);
  }
  const Status written = bucket.file->append(bucket.text);
  bucket.text.clear();
  return written;
}

std::uint64_t SortedDifferences::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

Status SortedDifferences::give(const std::function<Status(const Difference&)>& take) {
  for (Bucket& bucket : buckets_) {
    if (bucket.file) {
      std::string text;
      const Status read = bucket.file->read_back([&](std::string_view block) -> Status {
        text += block;
        const std::size_t whole = text.rfind('\n') + 1;
        const Status given = give_records(std::string_view(text).substr(0, whole), take);
        text.erase(0, whole);
        return given;
      });
      if (!read) return read;
    }
    if (const Status given = give_records(bucket.text, take); !given) return given;
  }
  return Done{};
}

}  // namespace hanfs::tree
