import { createSSRApp } from 'vue';
import Page from './Page.vue';

// Nuxt comes later than the modules of a page, too.
setTimeout(() => createSSRApp(Page).mount('main'));
