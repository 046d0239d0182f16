import '@angular/compiler'; // compiles templates in the browser, so that the bundler need not know Angular
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app';

void bootstrapApplication(App);
