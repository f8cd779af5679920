#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <string>

#include "lamina/core/files.h"
#include "lamina/core/process.h"
#include "temporary_folder.h"

namespace lamina {

/// True in a process that `expect_two_ranks_succeed` started.
inline bool is_a_rank() { return std::getenv("LAMINA_TEST_FOLDER") != nullptr; }

/// A folder that the two ranks of a test share.
inline std::filesystem::path folder_of_ranks() { return std::getenv("LAMINA_TEST_FOLDER"); }

/// A TCP port of this machine on which no process listens.
inline int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  ::bind(socket, reinterpret_cast<const sockaddr*>(&address), length);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(socket);
  return ntohs(address.sin_port);
}

/// Starts the current test in two new processes, ranks 0 and 1 (LibTorch's threads do not survive a
/// fork), in which `is_a_rank` is true; expects that both exit with status 0.
inline void expect_two_ranks_succeed(int port, const std::vector<std::string>& environment = {}) {
  const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
  const TemporaryFolder folder;
  std::deque<Child> ranks;
  for (const std::string rank : {"0", "1"}) {
    ChildOptions options{
        .arguments = {this_program().string(),
                      std::string("--gtest_filter=") + test.test_suite_name() + "." + test.name()},
        .environment = environment,
        .output_file = folder.path() / ("rank" + rank)};
    for (const std::string& entry :
         {"RANK=" + rank, "LOCAL_RANK=" + rank, std::string("WORLD_SIZE=2"),
          std::string("MASTER_ADDR=127.0.0.1"), "MASTER_PORT=" + std::to_string(port),
          "LAMINA_TEST_FOLDER=" + folder.path().string()}) {
      options.environment.push_back(entry);
    }
    ranks.emplace_back(options);
  }
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    EXPECT_EQ(ranks[rank].wait(), 0) << read_file(folder.path() / ("rank" + std::to_string(rank)));
  }
}

}  // namespace lamina
