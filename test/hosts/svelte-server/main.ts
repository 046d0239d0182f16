import { hydrate } from 'svelte';
import Page from './Page.svelte';

// SvelteKit comes later than the modules of a page, too.
setTimeout(() => hydrate(Page, { target: document.querySelector('main')! }));
