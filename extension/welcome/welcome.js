// SPDX-License-Identifier: MIT
// The page that opens after the installation: what to do, what the numbers are, what stays here.
import { sites } from '../../web/sites/index.js';
import { byId, localizePage } from '../shared/i18n.js';

localizePage();
byId('sites').append(
  ...sites.map(({ name, hosts: [host] }) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    Object.assign(link, { href: `https://${host}/`, rel: 'noreferrer', textContent: name });
    item.append(link);
    return item;
  }),
);
// Links to a part of a page lead nowhere while the page is hidden.
if (location.hash !== '') byId(location.hash.slice(1))?.scrollIntoView();
byId('options').addEventListener('click', () => chrome.runtime.openOptionsPage());
