/**
 * A few lines in the form of the provider's typings.
 */
import { XMLElement } from "xmlbuilder";
import TwiML from "./TwiML";
declare class VoiceResponse extends TwiML {
    constructor();
    commentBefore(comment: string): XMLElement;
    /**
     * <Hangup> TwiML Verb
     */
    hangup(attributes?: object): VoiceResponse.Hangup;
    play(url?: string): VoiceResponse.Play;
    play(attributes?: VoiceResponse.PlayAttributes, url?: string): VoiceResponse.Play;
    say(message: string): VoiceResponse.Say;
    say(attributes: VoiceResponse.SayAttributes, message: string): VoiceResponse.Say;
}
declare namespace VoiceResponse {
    type SayVoice = "man" | "woman";
    type SsmlLangXmlLang = "de-DE";
    export interface PlayAttributes {
        /** loop - Times to loop media */
        loop?: number;
    }
    export interface SayAttributes {
        events?: SayVoice[];
        voice?: SayVoice;
    }
    export interface SsmlSayAsAttributes {
        "xml:lang"?: SsmlLangXmlLang;
    }
    export class Hangup extends TwiML {
        hangup: XMLElement;
        constructor(hangup: XMLElement);
    }
    export class Say extends TwiML {
        say: XMLElement;
        constructor(say: XMLElement);
        sayAs(words: string): VoiceResponse.SsmlSayAs;
        sayAs(attributes: VoiceResponse.SsmlSayAsAttributes, words: string): VoiceResponse.SsmlSayAs;
    }
}
export = VoiceResponse;
