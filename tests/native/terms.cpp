// SPDX-License-Identifier: Apache-2.0
// Covers: terms.hpp, vocabulary.hpp
// Length: 600
// Share: 4
// `key_terms` against maps, over the tokens of `tokenize`.
#include "terms.hpp"

#include "naive/made.hpp"
#include "naive/terms.hpp"

namespace {

/// Texts cut at a byte that is in no UTF-8; of a text each piece is there several times, so that it is long.
naive::Rows<std::uint8_t> texts(Input& input) {
    constexpr std::uint8_t cut = 0xFF;
    naive::Rows<std::uint8_t> texts;
    const std::size_t times = input.byte() == 255 ? 1 + input.byte() : 1;
    std::vector<std::uint8_t> text;
    for (const std::uint8_t byte : input.rest()) {
        if (byte != cut) {
            text.push_back(byte);
            continue;
        }
        texts.add(text);
        text.clear();
    }
    std::vector<std::uint8_t> last;
    for (std::size_t i = 0; i < times; ++i) last.insert(last.end(), text.begin(), text.end());
    texts.add(last);
    return texts;
}

std::vector<naive::Token> tokens_of(const reuse::Tokens& tokens, std::size_t text) {
    std::vector<naive::Token> found;
    for (auto t = static_cast<std::size_t>(tokens.offsets[text]);
         t < static_cast<std::size_t>(tokens.offsets[text + 1]); ++t) {
        found.push_back({tokens.hash.data()[t], tokens.end.data()[t] - tokens.begin.data()[t],
                         (tokens.flags.data()[t] & reuse::flag_character) != 0});
    }
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const int threads = naive::threads(input);
    const reuse::TermRule rule{.most = input.byte() % 16U,
                               .characters = 1U + input.byte() % 5,
                               .unknown = input.byte() % 64U,
                               .letter = input.byte() % 64U,
                               .repeats = 1 + input.byte() % 6,
                               .place = 1 + input.byte()};
    const std::size_t every = 1 + input.byte() % 4;
    const std::uint8_t salt = input.byte();
    const naive::Rows<std::uint8_t> texts = ::texts(input);
    const std::vector<std::uint8_t> wanted(texts.count(), 1);
    const reuse::Tokens tokens = reuse::tokenize(texts.values, texts.offsets, wanted, 1);

    // Every so many words are known: some of them inflections of others, some no terms.
    std::map<std::uint64_t, naive::Known> known;
    for (std::size_t t = 0; t < tokens.hash.size(); t += every) {
        const std::uint64_t hash = tokens.hash.data()[t];
        const auto rarity = static_cast<std::uint8_t>((hash + salt) % 8 ? (hash >> 8) % 64 : 0);
        known[hash] = {(hash >> 16) % 4 ? hash : tokens.hash.data()[0], rarity};
    }
    std::vector<std::uint64_t> words, root;
    std::vector<std::uint8_t> rarity;
    for (const auto& [word, of_word] : known) {
        words.push_back(word);
        root.push_back(of_word.root);
        rarity.push_back(of_word.rarity);
    }
    naive::Rows<std::uint64_t> expected;
    for (std::size_t text = 0; text < texts.count(); ++text) {
        expected.add(
            naive::key_terms(tokens_of(tokens, text), known,
                             {rule.most, rule.characters, rule.unknown, rule.letter, rule.repeats, rule.place}));
    }
    const reuse::Vocabulary vocabulary(words);
    const reuse::Terms found = reuse::key_terms(texts.values, texts.offsets, {vocabulary, root, rarity}, rule, threads);
    must(found.offsets == expected.offsets, "how many terms each text has");
    must(found.hash == expected.values, "the heaviest terms");
    return 0;
}
