// The page that publishes: how the check is going, and the form once it has ended well.
import {follow, stopping} from "./check.js"

const state = document.querySelector("#state")
if (state) {
  const {check: url, token, of, revision} = state.dataset
  const values = () => ({token, of, revision, key: state.dataset.key, from: "review"})
  stopping(url, values)
  if (state.dataset.over === "no") void follow(url, values).then(over => over && location.reload())
}
