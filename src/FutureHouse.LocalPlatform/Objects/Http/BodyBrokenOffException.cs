namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>The request's body ends before its time, as an injected fault wants it.</summary>
internal sealed class BodyBrokenOffException() : IOException("The request's body broke off.");
