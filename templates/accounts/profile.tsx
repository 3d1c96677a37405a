import type { Profile } from '../../src/accounts/profile/profile.ts'
import { formatSize } from '../../src/config/units.ts'
import type { TextKey } from '../../src/i18n/text.ts'
import { describedBy, Field, Moment, ruleOf } from '../parts.tsx'
import type { View } from '../view.ts'
import { AccountPage } from './account-page.tsx'
import { PasswordField, TextField, UserNameField } from './fields.tsx'

/** The properties of `ProfilePage`; `pictureBytes` is the maximum size of a picture. */
export interface ProfileProps {
  view: View
  profile: Profile
  pictureBytes: number
  error?: string | undefined
}

/** Renders the stored account data, with a form for each value that can be changed or erased. */
export function ProfilePage({ view, profile, pictureBytes, error }: ProfileProps) {
  const { text } = view
  return (
    <AccountPage view={view} section="profile" lead={text('profile.lead')} error={error}>
      <FieldForm view={view} action="/account/user-name">
        <UserNameField view={view} value={profile.userName} />
      </FieldForm>
      <FieldForm view={view} action="/account/real-name">
        <TextField
          id="real_name"
          error={ruleOf(view, 'real_name')}
          label={text('profile.realName')}
          note={text('create.optional')}
          hint={text('profile.realNameHint')}
          autocomplete="name"
          value={profile.realName ?? undefined}
          maxlength={100}
          required={false}
        />
      </FieldForm>
      <FieldForm view={view} action="/account/email">
        <TextField
          id="email"
          error={ruleOf(view, 'email')}
          type="email"
          label={text('account.email')}
          hint={text('profile.emailHint')}
          autocomplete="email"
          value={profile.email}
        />
        {profile.hasPassword ? <PasswordField view={view} isNew={false} hint="mfa.proofOnly" /> : ''}
      </FieldForm>
      <Picture view={view} hasPicture={profile.hasPicture} bytes={pictureBytes} />
      <Facts view={view} profile={profile} />
    </AccountPage>
  )
}

function FieldForm({ view, action, children }: { view: View; action: string; children: JSX.Element | JSX.Element[] }) {
  return (
    <form class="form one" method="post" action={view.path(action)}>
      {children as 'safe'}
      <button type="submit" safe>
        {view.text('profile.save')}
      </button>
    </form>
  )
}

function Picture({ view, hasPicture, bytes }: { view: View; hasPicture: boolean; bytes: number }) {
  const { text, path } = view
  return (
    <section class="picture">
      {hasPicture ? <img src={path('/account/picture')} alt={text('profile.pictureAlt')} /> : ''}
      <form class="form one" method="post" action={path('/account/picture')} enctype="multipart/form-data">
        <Field
          id="picture"
          label={text('profile.picture')}
          note={text('create.optional')}
          hint={text('profile.pictureHint', { limit: formatSize(bytes) })}
          error={ruleOf(view, 'picture')}
        >
          <input
            id="picture"
            name="picture"
            type="file"
            accept="image/jpeg,image/png,image/webp"
            required
            aria-describedby={describedBy('picture', { hint: true, error: ruleOf(view, 'picture') !== undefined })}
          />
        </Field>
        <button type="submit" safe>
          {text('profile.save')}
        </button>
      </form>
      {hasPicture ? (
        <form method="post" action={path('/account/picture/erase')}>
          <button class="danger" type="submit" safe>
            {text('profile.erasePicture')}
          </button>
        </form>
      ) : (
        ''
      )}
    </section>
  )
}

function Facts({ view, profile }: { view: View; profile: Profile }) {
  const { text } = view
  const moments: readonly (readonly [TextKey, number | null])[] = [
    ['profile.created', profile.createdAt],
    ['profile.confirmed', profile.confirmedAt],
    ['profile.ageStated', profile.ageStatedAt],
    ['profile.secondFactor', profile.secondFactorSince],
  ]
  return (
    <section class="aside">
      <h2 safe>{text('profile.factsTitle')}</h2>
      <dl class="history">
        <dt safe>{text('profile.role')}</dt>
        <dd safe>{text(profile.role === 'operator' ? 'profile.operator' : 'profile.member')}</dd>
        <dt safe>{text('account.password')}</dt>
        <dd safe>{text(profile.hasPassword ? 'profile.passwordSet' : 'profile.passwordNone')}</dd>
        {moments.map(([name, at]) =>
          at === null ? (
            ''
          ) : (
            <>
              <dt safe>{text(name)}</dt>
              <dd>
                <Moment view={view} at={at} />
              </dd>
            </>
          ),
        )}
      </dl>
    </section>
  )
}
