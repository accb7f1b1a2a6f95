import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/mantine.css';
import './styles/base.css';
import './styles/layout.css';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { App } from './App';
import { startTexts } from './i18n';

const root = document.getElementById('root');
if (root) {
  const texts = await startTexts().catch(() => undefined);
  if (texts) {
    createRoot(root).render(
      <I18nextProvider i18n={texts}>
        <App />
      </I18nextProvider>,
    );
  } else {
    // no text of any language has come: an update under way, or the connection
    root.textContent = 'Crosswalk could not be loaded. Please load the page again.';
  }
}
