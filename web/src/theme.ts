import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The one accent. Shade 8 is the primary one in both schemes: Mantine's own choice for dark has too little contrast. */
const accent: MantineColorsTuple = [
  '#eaf3fd', '#d3e5fa', '#a8cbf4', '#7bb0ee', '#569ae9', '#3f8ce6', '#2f80dd', '#1c70d0', '#0b62c4', '#084f9f',
];

const inter = "'Inter Variable', system-ui, sans-serif";
const mono = "'JetBrains Mono Variable', ui-monospace, monospace";

export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: 4,
  radius: { xs: '4px', sm: '4px', md: '4px', lg: '4px', xl: '4px' },
  fontFamily: inter,
  fontFamilyMonospace: mono,
  headings: { fontFamily: inter, fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '15px', xl: '17px' },
  lineHeights: { xs: '16px', sm: '18px', md: '20px', lg: '22px', xl: '24px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  shadows: { xs: 'none', sm: 'none' },
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 100, transition: 'fade' }, overlayProps: { backgroundOpacity: 0.4 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 } } },
  },
});

/** Mantine's colours are ours: styles/tokens.css is the only place that names a colour. */
export const resolver: CSSVariablesResolver = () => {
  const ours = {
    '--mantine-color-body': 'var(--xw-page)',
    '--mantine-color-text': 'var(--xw-ink)',
    '--mantine-color-dimmed': 'var(--xw-muted)',
    '--mantine-color-placeholder': 'var(--xw-muted)',
    '--mantine-color-default': 'var(--xw-surface)',
    '--mantine-color-default-hover': 'var(--xw-hover)',
    '--mantine-color-default-color': 'var(--xw-ink)',
    '--mantine-color-default-border': 'var(--xw-line-strong)',
    '--mantine-color-anchor': 'var(--xw-accent)',
    '--mantine-color-error': 'var(--xw-bad)',
  };
  return { variables: {}, light: ours, dark: ours };
};
