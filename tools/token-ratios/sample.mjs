// SPDX-License-Identifier: MIT
// A small sample with the counts of the real tokenizers, committed so that the table can be checked
// without them. The texts are written for it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const SAMPLE = fileURLToPath(
  new URL('../../tests/vectors/token-ratios.json', import.meta.url),
);

/** @typedef {{ text: string, tokens: Record<string, number> }} Counted */

/** @returns {Counted[]} */
export const readSample = () => JSON.parse(readFileSync(SAMPLE, 'utf8'));

const ENGLISH = `The tide comes in twice a day because the Earth turns under two bulges of water. One of them
faces the Moon, which pulls the nearer ocean more strongly than the rest of the planet; the other lies on the far
side, where the pull is weakest.

**Why two?** Three things matter:

1. The Moon's gravity falls off with distance.
2. Earth and Moon circle a common centre of mass, about 4,670 km from Earth's own.
3. The oceans are free to move; the crust isn't.

Spring tides come at new and full moon, when the Sun's pull adds up. Neap tides follow a week later. At the coast
of Nova Scotia the difference is over 16 metres, while in the Mediterranean you'd hardly notice it.
`;

const CODE = `/** Counts the words of a text. */
export function countWords(text: string, options: { minLength?: number } = {}): Map<string, number> {
  const { minLength = 1 } = options;
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().split(/[^a-z0-9]+/)) {
    if (word.length < minLength) continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

const MAX_RETRIES = 3;
if (process.argv.length > 2) {
  console.log([...countWords(process.argv[2] ?? '', { minLength: 2 })]);
}
`;

/** Whole sentences, so that each text has some hundred tokens. */
export const SAMPLE_TEXTS = [
  ENGLISH,
  CODE,
  '| Year | Rain in mm | Days |\n|---|---|---|\n| 2021 | 812.5 | 164 |\n| 2022 | 645.0 | 131 |\n| 2023 | 901.3 | 178 |\n'.repeat(
    2,
  ),
  'Das Wetter an der Küste wechselt schnell: Am Morgen liegt oft Nebel über dem Wasser, mittags scheint die Sonne, und am Abend zieht ein Gewitter auf. Wer wandern will, sollte deshalb immer eine Jacke mitnehmen und auf die Zeiten von Ebbe und Flut achten, denn der Weg zur Insel ist nur wenige Stunden am Tag offen.',
  'Le marché ouvre tôt le matin, quand les pêcheurs rentrent au port. On y trouve des légumes de saison, du fromage de chèvre et, si l’on a de la chance, des huîtres fraîches. Les habitants s’y retrouvent pour parler du temps, des enfants et de la dernière fête du village.',
  '潮汐每天发生两次，因为地球在两个水的隆起下面转动。一个隆起朝向月亮，另一个在地球的另一边。新月和满月的时候，太阳和月亮的引力加在一起，所以潮水最高。一个星期以后，潮水的差别最小。',
  '海の水は一日に二回、満ちたり引いたりします。これは月の引力が海の水を引き寄せるからです。新月と満月のころには太陽の力も加わって、潮の差がいちばん大きくなります。',
  'Прилив бывает дважды в сутки, потому что Земля вращается под двумя водяными горбами. Один из них обращён к Луне, другой находится на противоположной стороне. В новолуние и полнолуние приливы самые высокие.',
];
