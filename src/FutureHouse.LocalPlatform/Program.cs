namespace FutureHouse.LocalPlatform; internal static class Program { private static void Main() { } }
