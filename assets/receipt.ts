import { enhance } from './shared/enhance.ts'

enhance()
