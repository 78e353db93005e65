namespace FutureHouse.HelpBuilder; internal static class Program { private static void Main() { } }
