// The question whether a version is to be put in force: how its check is going, and the form that fits its end.
import {follow, stopping} from "./check.js"

const state = document.querySelector("#state")
if (state) {
  const {check: url, token, version, as} = state.dataset
  const values = () => ({token, version, as, key: state.dataset.key})
  const why = document.querySelector("#why")
  stopping(url, values)
  const tick = document.querySelector("[name=unchecked]")?.closest(".note")
  const ended = () => {
    // Whoever has begun to write a reason goes on with it.
    if (!why?.value && document.activeElement !== why) location.reload()
    else if (state.querySelector(".verdict.good")) tick?.remove()
  }
  if (state.dataset.over === "no") void follow(url, values).then(over => over && ended())
}
