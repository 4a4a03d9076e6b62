// SPDX-License-Identifier: MIT
// Asks before something is lost.
import { text } from './i18n.js';

/**
 * @param {string} question @param {string} yes what the button says that does it
 * @returns {Promise<boolean>}
 */
export function isSure(question, yes) {
  const dialog = document.createElement('dialog');
  dialog.id = 'sure';
  dialog.setAttribute('aria-labelledby', 'sure-text');
  const form = document.createElement('form');
  form.method = 'dialog';
  const asked = document.createElement('p');
  asked.id = 'sure-text';
  asked.append(question);
  const buttons = document.createElement('div');
  buttons.className = 'buttons';
  const no = button('no', text('cancel'));
  buttons.append(button('yes', yes, 'danger'), no);
  form.append(asked, buttons);
  dialog.append(form);
  document.body.append(dialog);
  no.autofocus = true;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

/** @param {string} value @param {string} label @param {string} [className] */
function button(value, label, className = '') {
  const made = document.createElement('button');
  Object.assign(made, { value, className, textContent: label });
  return made;
}
