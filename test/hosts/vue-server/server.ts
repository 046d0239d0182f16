import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import Page from './Page.vue';

/** What the server puts into the page. */
export const html = await renderToString(createSSRApp(Page));
