// An email as its recipient would see it, on a phone, as plain text, and its source. Its HTML is not trusted.
import { Choice, Json } from './components.js';
import { html, useEffect, useState } from './vendor/preact.js';

const WAYS = [
	['email', 'Email'],
	['phone', 'On a phone'],
	['text', 'Plain text'],
	['source', 'Source'],
];

/** `source` is the address of the email's HTML. */
export function EmailPreview({ source }) {
	const [way, setWay] = useState('email');
	const isText = way === 'text' || way === 'source';
	const content = useText(source, isText);
	return html`
		<${Choice} label="How the email is shown" value=${way} options=${WAYS} onChange=${setWay} />
		${
			isText
				? html`<${Json} value=${way === 'source' ? content : plainText(content)} />`
				: html`<iframe
						class=${way === 'phone' ? 'phone' : ''}
						title="Preview of the email"
						sandbox=""
						referrerpolicy="no-referrer"
						src=${source}
					></iframe>`
		}
	`;
}

/** The text at an address, if it is wanted. */
function useText(address, isWanted) {
	const [text, setText] = useState('');
	useEffect(() => {
		if (!isWanted) return;
		fetch(address)
			.then((response) => response.text())
			.then(setText, (error) => setText(error.message));
	}, [address, isWanted]);
	return text;
}

const BLOCKS =
	'address, article, blockquote, br, div, h1, h2, h3, h4, h5, h6, hr, li, p, section, table, tr';

/** The text of an email. A document that is in no window runs and loads nothing. */
function plainText(source) {
	const { body } = document.implementation.createHTMLDocument('');
	body.innerHTML = source;
	for (const each of body.querySelectorAll('script, style, template')) each.remove();
	for (const each of body.querySelectorAll(BLOCKS)) each.after('\n');
	for (const each of body.querySelectorAll('a[href]'))
		each.append(` (${each.getAttribute('href')})`);
	return body.textContent
		.split('\n')
		.map((line) => line.trim())
		.join('\n')
		.replaceAll(/\n{3,}/g, '\n\n')
		.trim();
}
