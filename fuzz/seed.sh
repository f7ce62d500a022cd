#!/bin/sh
# Fills the corpora with what the repository has: the case folders of the parser, the records and
# the schemas. What the fuzzer finds is added to them; none of it is committed.
set -eu
cd "$(dirname "$0")"

seed() {
    mkdir -p "corpus/$1"
    # The path, with its slashes replaced, is the name of the seed.
    find ../crates/*/tests ../data ../schemas -name "$2" -type f -size -16k 2>/dev/null |
        while read -r file; do
            cp "$file" "corpus/$1/$(echo "${file#../}" | tr / _)"
        done
    echo "corpus/$1: $(find "corpus/$1" -type f | wc -l) seeds"
}

seed parse '*.json'
seed validate '*.json'
seed gate 'clm-*.json'
seed schema '*schema*.json'
seed render 'input.json'
