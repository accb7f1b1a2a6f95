// Sets the colour scheme before the first paint. A file of its own, because the content security policy forbids inline scripts.
(function () {
  var scheme = null, density = null;
  try {
    scheme = localStorage.getItem('crosswalk.scheme');
    density = localStorage.getItem('crosswalk.density');
  } catch (e) { /* storage is switched off: the system's scheme counts */ }
  if (scheme !== 'light' && scheme !== 'dark') {
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
  document.documentElement.setAttribute('data-density', density === 'compact' ? 'compact' : 'normal');
})();
