// The question whether a version is to be put in force: how its check is going, and the form that fits its end.
import {follow, stopping} from "./check.js"

const state = document.querySelector("#state")
if (state) {
  const {check: url, token, version, as} = state.dataset
  const values = () => ({token, version, as, key: state.dataset.key})
  const why = document.querySelector("#why")
  stopping(url, values)
  // Whoever has begun to write a reason keeps it.
  if (state.dataset.over === "no") void follow(url, values).then(over => over && !why?.value && location.reload())
}
