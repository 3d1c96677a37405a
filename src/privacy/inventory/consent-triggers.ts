/** The database triggers that prevent a consent from being changed, replaced or deleted (P09). */
export const consentTriggers: readonly string[] = ['consent_unchanged', 'consent_unreplaced', 'consent_kept']
