// SPDX-License-Identifier: MIT

/**
 * Tabs after the pattern of the ARIA guide: arrow keys move between them.
 * @param {HTMLElement} list its role is tablist
 * @param {(name: string) => void} onChange with what follows "tab-" in the tab's id
 */
export function createTabs(list, onChange) {
  const tabs = [...list.querySelectorAll('button')];

  /** @param {HTMLButtonElement} chosen */
  function select(chosen) {
    for (const tab of tabs) {
      const selected = tab === chosen;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '');
      panel?.toggleAttribute('hidden', !selected);
    }
    onChange(chosen.id.slice('tab-'.length));
  }

  list.addEventListener('click', ({ target }) => {
    const tab = target instanceof Element ? target.closest('button') : null;
    if (tab) select(tab);
  });

  list.addEventListener('keydown', (event) => {
    const at = tabs.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[
      event.key
    ];
    const tab = next === undefined ? undefined : tabs.at(next % tabs.length);
    if (at < 0 || !tab) return;
    event.preventDefault();
    tab.focus();
    select(tab);
  });

  return {
    /** @param {string} name */
    show(name) {
      const tab = tabs.find(({ id }) => id === `tab-${name}`);
      if (tab) select(tab);
    },
  };
}
