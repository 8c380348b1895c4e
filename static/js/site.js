// Starts the govuk-frontend components the pages use. Every page works without it.
// The address of govuk-frontend stands on this script's own tag, because its name carries a hash.
document.body.classList.add('js-enabled')

if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
  const tag = document.querySelector('script[data-frontend]')
  const used = [
    ['Button', 'govuk-button'],
    ['CharacterCount', 'govuk-character-count'],
    ['Checkboxes', 'govuk-checkboxes'],
    ['ErrorSummary', 'govuk-error-summary'],
    ['NotificationBanner', 'govuk-notification-banner'],
    ['PasswordInput', 'govuk-password-input'],
    ['Radios', 'govuk-radios'],
    ['ServiceNavigation', 'govuk-service-navigation'],
    ['SkipLink', 'govuk-skip-link'],
    ['Tabs', 'govuk-tabs']
  ]
  const wanted = used.filter(([, module]) => document.querySelector(`[data-module="${module}"]`))

  if (tag && wanted.length) {
    import(tag.dataset.frontend).then((frontend) => {
      for (const [component] of wanted) {
        frontend.createAll(frontend[component])
      }
    })
  }
}
