// SPDX-License-Identifier: MIT

/** A short chat to look at. @type {{ role: 'user' | 'assistant', text: string }[]} */
export const sampleChat = [
  {
    role: 'user',
    text: 'My sourdough comes out dense and a bit gummy inside. What am I doing wrong?',
  },
  {
    role: 'assistant',
    text: `A dense, gummy crumb nearly always means one of three things:

1. **Underproofed dough.** The most common cause. The dough should grow by about 50–75 % during bulk fermentation and feel airy when you shake the bowl.
2. **A weak starter.** It should double within 4–6 hours of feeding at 24–26 °C. If it takes longer, feed it twice a day for a week.
3. **Cutting too early.** The crumb sets while the loaf cools. Wait at least two hours.

Start with the first: leave the dough 60–90 minutes longer and change nothing else, so that you see what it does.`,
  },
  {
    role: 'user',
    text: 'My kitchen is at 19 °C. How long should bulk fermentation take with 20 % starter?',
  },
  {
    role: 'assistant',
    text: `At 19 °C with 20 % starter, expect **8 to 10 hours** from mixing to shaping.

| Dough temperature | Bulk with 20 % starter |
| --- | --- |
| 26 °C | 4–5 h |
| 23 °C | 5–6 h |
| 21 °C | 7–8 h |
| 19 °C | 8–10 h |

Go by the dough rather than the clock: put a little of it into a straight glass with a mark, and shape when it has risen by half.`,
  },
];
