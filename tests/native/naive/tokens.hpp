// SPDX-License-Identifier: Apache-2.0
// The tokenizer, code point by code point: reuse/cpp/README.md, "Tokens", word for word.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "folding.hpp"
#include "hash.hpp"
#include "utf8.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

constexpr std::uint8_t flag_character = 1, flag_invisible = 2, flag_mixed_script = 4;

struct Token {
    std::uint64_t hash;
    std::size_t begin, end;  // in code points
    std::uint8_t flags;
};

/// A letter with its scripts and fold, or a mark that is kept.
struct Part {
    std::uint32_t code_point;
    bool is_letter;
    std::uint32_t scripts;
    std::vector<std::uint32_t> fold;
};

/// A token in the making.
struct Draft {
    std::size_t begin, end;
    std::uint8_t flags;
    std::vector<Part> parts;
    bool pending = false;  // an ignorable stands behind it: inside only if the token goes on

    bool is_character() const { return flags & flag_character; }

    void lengthen(std::size_t position) {
        end = position + 1;
        if (pending) flags |= flag_invisible;
        pending = false;
    }

    /// The scripts of the last letter.
    std::uint32_t base_scripts() const {
        std::uint32_t scripts = 0;
        for (const Part& part : parts)
            if (part.is_letter) scripts = part.scripts;
        return scripts;
    }
};

/// Whether a code point of a class ends the open token.
inline bool ends(const Draft& token, Class kind) {
    return kind == separator || kind == character || (kind == word && token.is_character());
}

/// A text cut into tokens.
inline std::vector<Draft> split(const std::vector<CodePoint>& text) {
    std::vector<Draft> tokens;
    bool open = false;
    for (std::size_t position = 0; position < text.size(); ++position) {
        const std::uint32_t c = text[position].value;
        const Entry about = entry(c);
        if (open && ends(tokens.back(), about.kind)) open = false;
        if (about.kind == word || about.kind == character) {
            const std::uint8_t flags = about.kind == character ? flag_character : 0;
            if (!open) tokens.push_back({position, position, flags, {}, false});
            open = true;
            tokens.back().lengthen(position);
            tokens.back().parts.push_back({c, true, about.scripts, about.fold});
        } else if (open && (about.kind == mark || about.kind == dropped_mark)) {
            tokens.back().lengthen(position);
            const bool is_accent = about.droppable && tokens.back().base_scripts() != 0;
            if (about.kind == mark && !is_accent) tokens.back().parts.push_back({c, false, 0, about.fold});
        } else if (open && about.kind == ignorable) {
            tokens.back().pending = true;
        }
    }
    return tokens;
}

/// The fold of a letter in a script; empty where it cannot be written.
inline std::vector<std::uint32_t> written(const Part& letter, Script script) {
    if (letter.scripts == 0 || (letter.scripts & script)) return letter.fold;
    const std::uint32_t other = lookalike(letter.code_point, script);
    return other == 0 ? std::vector<std::uint32_t>() : std::vector<std::uint32_t>{other};
}

/// The folded token written in a script, if it can be.
inline std::optional<std::string> in_script(const Draft& token, Script script) {
    std::string folded;
    for (const Part& part : token.parts) {
        const std::vector<std::uint32_t> letters = part.is_letter ? written(part, script) : part.fold;
        if (part.is_letter && letters.empty()) return std::nullopt;
        folded += utf8(letters);
    }
    return folded;
}

inline std::size_t letters_of(const Draft& token, Script script) {
    std::size_t letters = 0;
    for (const Part& part : token.parts) letters += part.is_letter && (part.scripts & script);
    return letters;
}

inline std::set<Script> scripts_of(const Draft& token) {
    std::set<Script> scripts;
    for (const Script script : all_scripts)
        if (letters_of(token, script) > 0) scripts.insert(script);
    return scripts;
}

/// The script in which a word can be written that most of its letters have; the first of equals.
inline std::optional<Script> the_script_of(const Draft& token) {
    std::optional<Script> best;
    for (const Script script : all_scripts) {
        if (letters_of(token, script) == 0 || !in_script(token, script)) continue;
        if (!best || letters_of(token, script) > letters_of(token, *best)) best = script;
    }
    return best;
}

/// How many words of a text so far are Latin, numbers among them, and how many are not.
struct Words {
    std::size_t latin = 0, other = 0;

    bool are_latin() const { return latin > 8 * (other + 1); }
};

inline Token close(const Draft& token, Words& words) {
    std::string folded;
    for (const Part& part : token.parts) folded += utf8(part.fold);
    std::uint8_t flags = token.flags;
    if (!token.is_character()) {
        std::set<Script> scripts = scripts_of(token);
        const bool all_latin = scripts.empty() || scripts == std::set{latin};
        std::optional<Script> target;
        if (!all_latin && words.are_latin() && in_script(token, latin)) {
            target = latin;
        } else if (scripts.size() >= 2) {
            target = the_script_of(token);
        }
        if (target) {
            folded = *in_script(token, *target);
            flags |= flag_mixed_script;
            scripts = {*target};
        }
        (scripts.empty() || scripts == std::set{latin} ? words.latin : words.other) += 1;
    }
    return {word_hash(folded), token.begin, token.end, flags};
}

inline std::vector<Token> tokens_of(const std::vector<CodePoint>& text) {
    Words words;
    std::vector<Token> tokens;
    for (const Draft& draft : split(text)) tokens.push_back(close(draft, words));
    return tokens;
}

}  // namespace naive
#pragma clang attribute pop
