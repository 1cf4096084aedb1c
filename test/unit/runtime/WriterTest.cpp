//===- WriterTest.cpp - Reading and writing files -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "base/writer.h"
#include "base/file.h"
}
#include "Files.h"
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

using namespace gradus::test;

namespace {

TEST(Writer, FileAppearsOnCommitOnly) {
  TempFolder folder;
  folder.write("f", "before");
  gradus_writer_t writer;
  gradus_error_t error;
  ASSERT_EQ(gradus_writer_open(folder.path("f").c_str(), &writer, &error), 0) << error.text;
  ASSERT_EQ(gradus_writer_write(&writer, "af", 2, &error), 0);
  ASSERT_EQ(gradus_writer_write(&writer, "ter", 3, &error), 0);
  EXPECT_EQ(folder.read("f"), "before");
  ASSERT_EQ(gradus_writer_commit(&writer, &error), 0) << error.text;
  EXPECT_EQ(folder.read("f"), "after");
  gradus_writer_abandon(&writer); // has ended: nothing happens
  EXPECT_EQ(folder.read("f"), "after");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(Writer, AbandonLeavesWhatWasThere) {
  TempFolder folder;
  folder.write("f", "before");
  gradus_writer_t writer;
  gradus_error_t error;
  ASSERT_EQ(gradus_writer_open(folder.path("f").c_str(), &writer, &error), 0) << error.text;
  ASSERT_EQ(gradus_writer_write(&writer, "half", 4, &error), 0);
  gradus_writer_abandon(&writer);
  EXPECT_EQ(folder.read("f"), "before");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(Writer, Refusals) {
  TempFolder folder;
  gradus_writer_t writer;
  gradus_error_t error;
  EXPECT_EQ(gradus_writer_open(folder.path("none/f").c_str(), &writer, &error), -1);
  EXPECT_TRUE(says(error.text, "No such file or directory")) << error.text;
  EXPECT_EQ(gradus_writer_open(std::string(5000, 'x').c_str(), &writer, &error), -1);
  EXPECT_TRUE(says(error.text, "too long")) << error.text;
  EXPECT_EQ(gradus_writer_open(folder.path("none/f").c_str(), &writer, nullptr), -1);
  // A pipe that nobody reads would hold the program for ever.
  ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(gradus_writer_open(folder.path("pipe").c_str(), &writer, &error), -1);
}

TEST(Writer, FullDeviceIsReported) {
  gradus_error_t error;
  std::string bytes(100000, 'x');
  EXPECT_EQ(gradus_write_file("/dev/full", bytes.data(), bytes.size(), &error), -1);
  EXPECT_TRUE(says(error.text, "cannot write /dev/full: No space")) << error.text;
}

TEST(File, PlainPackedAndEmpty) {
  TempFolder folder;
  gradus_file_t file;
  gradus_error_t error;
  ASSERT_EQ(gradus_file_open(folder.write("plain", "bytes").c_str(), &file, &error), 0) << error.text;
  EXPECT_EQ(std::string(reinterpret_cast<char *>(file.data), file.size), "bytes");
  gradus_file_close(&file);
  gradus_file_close(&file); // twice is allowed
  ASSERT_EQ(gradus_file_open(folder.write("empty", "").c_str(), &file, &error), 0) << error.text;
  EXPECT_EQ(file.size, 0u);
  gradus_file_close(&file);

  std::string large;
  uint32_t state = 1;
  for (int i = 0; i < 3 << 20; ++i) {
    state = state * 1664525 + 1013904223;
    large += static_cast<char>(state >> 28);
  }
  gzFile gz = gzopen(folder.path("large.gz").c_str(), "wb");
  gzwrite(gz, large.data(), static_cast<unsigned>(large.size()));
  gzclose(gz);
  char path[4200];
  ASSERT_EQ(gradus_file_open_in(folder.path().c_str(), "large", &file, path, sizeof path, &error), 0) << error.text;
  EXPECT_EQ(std::string(path), folder.path("large.gz"));
  EXPECT_EQ(std::string(reinterpret_cast<char *>(file.data), file.size), large);
  gradus_file_close(&file);

  std::string packed = folder.read("large.gz");
  folder.write("short.gz", packed.substr(0, packed.size() / 2));
  EXPECT_EQ(gradus_file_open(folder.path("short.gz").c_str(), &file, &error), -1);
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 0x55;
  folder.write("damaged.gz", damaged);
  EXPECT_EQ(gradus_file_open(folder.path("damaged.gz").c_str(), &file, &error), -1);

  // All data is there, but not all of the checksum and the length behind it.
  for (size_t missing = 1; missing <= 8; ++missing) {
    folder.write("trailer.gz", packed.substr(0, packed.size() - missing));
    EXPECT_EQ(gradus_file_open(folder.path("trailer.gz").c_str(), &file, &error), -1) << missing;
    EXPECT_TRUE(says(error.text, "the compressed file is cut short")) << error.text;
  }
  // Two members are one file; what follows the last one is not read.
  folder.write("twice.gz", packed + packed + std::string(512, '\0'));
  ASSERT_EQ(gradus_file_open(folder.path("twice.gz").c_str(), &file, &error), 0) << error.text;
  EXPECT_EQ(file.size, 2 * large.size());
  gradus_file_close(&file);
}

TEST(File, NamesStayInTheirFolder) {
  TempFolder folder;
  folder.write("f", "x");
  gradus_file_t file;
  gradus_error_t error;
  char path[4200];
  for (const char *name : {"../f", "/etc/passwd", "a/../../f"}) {
    EXPECT_EQ(gradus_file_open_in(folder.path().c_str(), name, &file, path, sizeof path, &error), -1) << name;
    EXPECT_TRUE(says(error.text, "leaves the data folder")) << error.text;
  }
  EXPECT_EQ(gradus_file_open_in(folder.path().c_str(), "none", &file, path, sizeof path, &error), -1);
  EXPECT_TRUE(says(error.text, "neither this file nor none.gz is there")) << error.text;
  EXPECT_EQ(gradus_file_open(folder.path().c_str(), &file, &error), -1);
  EXPECT_TRUE(says(error.text, "not a regular file")) << error.text;
}

} // namespace
