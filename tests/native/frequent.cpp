// SPDX-License-Identifier: Apache-2.0
// `frequent` against counting places one by one.
#include "frequent.hpp"

#include <string_view>

#include "input.hpp"

namespace {

constexpr std::string_view words[] = {" the ", " of ", " and ", "a", "aa"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t middle = input.below(3000), characters = input.below(200), least = input.below(80);
    const std::string_view word = words[input.below(std::size(words))];
    const std::span text = input.rest();
    const std::vector<std::int64_t> offsets{0, static_cast<std::int64_t>(text.size())};
    const std::vector<std::int64_t> word_offsets{0, static_cast<std::int64_t>(word.size())};
    const std::span spelt(reinterpret_cast<const std::uint8_t*>(word.data()), word.size());

    const auto some = reuse::middle_of(text, middle);
    must(some.size() <= middle, "no more than the middle");
    std::size_t points = 0, times = 0;
    for (std::size_t at = 0; at < some.size(); ++at) {
        points += (some[at] & 0xC0U) != 0x80;
        times += at + word.size() <= some.size() && std::equal(spelt.begin(), spelt.end(), some.data() + at);
    }
    const bool expected = points > least && times * characters > points;
    const std::vector<std::uint8_t> wanted{1};
    const auto found = reuse::frequent(text, offsets, wanted, {spelt, word_offsets, middle, characters, least}, 1);
    must(found == std::vector<std::uint8_t>{expected}, "whether a word is frequent");
    return 0;
}
