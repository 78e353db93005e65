namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>The body of a request or an answer ends before its time, as an injected fault wants it.</summary>
internal sealed class BodyBrokenOffException() : IOException("The body broke off.");
