import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from '../react/App';

/** What the server puts into the page. */
export const html = renderToString(
  <StrictMode>
    <App />
  </StrictMode>,
);
