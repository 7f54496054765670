/** A word with its leading space, a run of other signs with theirs, or white space: every character is in exactly one. */
const wordish = / ?[\p{L}\p{M}\p{N}_]+| ?[^\s\p{L}\p{M}\p{N}_]+|\s+/gu;

/** Longer words come in pieces, as they do from real models; this keeps a token at about four characters. */
const longestWhole = 11;
const pieceLength = 5;

/** Splits text into the pieces a language model would stream. Joined again they are the text, unchanged. */
export function splitTokens(text: string): string[] {
  return (text.match(wordish) ?? []).flatMap((word) => {
    // By code points, so that a surrogate pair stays whole.
    const characters = Array.from(word);
    if (characters.length <= longestWhole) return [word];
    const pieces: string[] = [];
    for (let start = 0; start < characters.length; start += pieceLength) {
      pieces.push(characters.slice(start, start + pieceLength).join(''));
    }
    return pieces;
  });
}
