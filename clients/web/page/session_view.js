// Signing in and out.
import { el } from './dom.js';

/** @param {HTMLElement} place @param {import('./session.js').Session} session */
export function showSession(place, session) {
  const draw = () => {
    const signed = session.getSnapshot();
    place.replaceChildren(signed ? signedIn(session, signed.user) : form(session));
  };
  session.subscribe(draw);
  draw();
}

/** @param {import('./session.js').Session} session @param {string} user */
const signedIn = (session, user) => el('div', { class: 'inline' }, el('span', {}, 'Signed in as ', el('strong', {}, user), ' '),
  el('button', { type: 'button', onclick: () => session.signOut() }, 'Sign out'));

/** @param {import('./session.js').Session} session */
function form(session) {
  const dev = session.devLogin;
  const input = el('input', { id: 'who', type: dev ? 'text' : 'password', autocomplete: 'off', required: true, value: dev ? 'dev' : '', maxLength: dev ? 64 : 8192 });
  const wrong = el('span', { class: 'small', role: 'alert' });
  return el('form', {
    class: 'inline',
    onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      try {
        if (dev) await session.signIn(input.value.trim());
        else session.useToken(input.value.trim());
      } catch (error) {
        wrong.textContent = error instanceof Error ? error.message : String(error);
      }
    },
  }, el('label', { for: 'who' }, dev ? 'Development user' : 'Token'), input, el('button', { class: 'main', type: 'submit' }, 'Sign in'), wrong);
}
