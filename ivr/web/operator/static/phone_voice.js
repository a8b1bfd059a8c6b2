// Speaking with the browser's own voices. Where there is none, or it is switched off, as much time passes as speaking
// would take: so the wait for a key begins when it would on a telephone.

const STORE = "ivr-voice";
const synth = window.speechSynthesis;

export class Voice {
  constructor(box, details, list, mute, languages) {
    Object.assign(this, { box, details, list, mute });
    this.codes = [...languages.options].map((each) => [each.value, each.textContent]).filter(([code]) => code);
    this.kept = read();
    this.speakBox = box.querySelector("#speak");
    this.speed = box.querySelector("#speed");
    this.speed.value = this.kept.speed ?? 1;
    this.speakBox.checked = this.kept.speak ?? true;
    this.round = 0;
    box.addEventListener("change", () => this.keep());
    this.voicesChanged();
    synth?.addEventListener?.("voiceschanged", () => this.voicesChanged());
  }

  voicesChanged() {
    const voices = synth?.getVoices() ?? [];
    this.box.hidden = false;
    this.speakBox.parentElement.hidden = this.details.hidden = voices.length === 0;
    this.mute.hidden = voices.length > 0;
    this.list.replaceChildren();
    for (const [code, name] of this.codes) {
      const fitting = voices.filter((each) => each.lang.toLowerCase().startsWith(code));
      if (fitting.length === 0) continue;
      const field = document.createElement("p");
      field.className = "field";
      const label = document.createElement("label");
      label.textContent = `${this.list.dataset.label} ${name}`;
      label.htmlFor = `voice-${code}`;
      const select = document.createElement("select");
      select.id = label.htmlFor;
      for (const each of fitting) select.add(new Option(each.name, each.voiceURI));
      if (this.kept.voices?.[code]) select.value = this.kept.voices[code];
      select.addEventListener("change", () => this.keep());
      field.append(label, select);
      this.list.append(field);
    }
  }

  keep() {
    const voices = Object.fromEntries([...this.list.querySelectorAll("select")].map((each) => [each.id.slice(6), each.value]));
    this.kept = { speak: this.speakBox.checked, speed: Number(this.speed.value), voices };
    try {
      localStorage.setItem(STORE, JSON.stringify(this.kept));
    } catch {
      // A browser that keeps nothing asks again next time.
    }
  }

  // Speaks one text after the other. True when all were spoken, false when they were cut short.
  async speak(texts, onLine) {
    const round = ++this.round;
    for (const text of texts) {
      if (round !== this.round) return false;
      onLine(text.line);
      await this.one(text);
    }
    return round === this.round;
  }

  one({ text, lang, seconds }) {
    const speed = Number(this.speed.value) || 1;
    const voice = this.speakBox.checked ? this.of(lang) : undefined;
    return new Promise((done) => {
      this.cut = done;
      if (!voice) return void setTimeout(done, (seconds * 1000) / speed);
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = speed;
      utterance.onend = utterance.onerror = done;
      // Some browsers never say that a voice has ended.
      setTimeout(done, (seconds * 2500) / speed + 4000);
      synth.speak(utterance);
    });
  }

  of(lang) {
    const voices = synth?.getVoices() ?? [];
    const chosen = this.kept.voices?.[lang];
    return voices.find((each) => each.voiceURI === chosen) ?? voices.find((each) => each.lang.toLowerCase().startsWith(lang));
  }

  stop() {
    this.round += 1;
    synth?.cancel();
    this.cut?.();
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}
